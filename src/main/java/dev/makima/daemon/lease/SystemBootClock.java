package dev.makima.daemon.lease;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** See {@link BootClock#system}. */
final class SystemBootClock implements BootClock {
    private static final System.Logger LOG = System.getLogger(SystemBootClock.class.getName());
    private static final Path UPTIME = Path.of("/proc/uptime");
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final long startNanos = System.nanoTime();
    private final Instant start = Instant.now();
    private final String boot = readBoot();

    @Override
    public String boot() {
        return boot;
    }

    @Override
    public Duration now() {
        try {
            String text = Files.readString(UPTIME);
            return Duration.ofMillis((long) (Double.parseDouble(text.substring(0, text.indexOf(' '))) * 1000));
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "no {0}: time is counted from this program's start", UPTIME);
            Duration monotonic = Duration.ofNanos(System.nanoTime() - startNanos);
            Duration wall = Duration.between(start, Instant.now());
            return monotonic.compareTo(wall) > 0 ? monotonic : wall;
        }
    }

    /** Without a name no other program's times can be compared with ours: the name is ours alone then. */
    private static String readBoot() {
        try {
            return Files.exists(UPTIME)
                    ? Files.readString(BOOT).strip()
                    : "process-" + ProcessHandle.current().pid();
        } catch (IOException e) {
            return "process-" + ProcessHandle.current().pid() + "-"
                    + Instant.now().toEpochMilli();
        }
    }
}
