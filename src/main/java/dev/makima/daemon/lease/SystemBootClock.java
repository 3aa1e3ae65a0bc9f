package dev.makima.daemon.lease;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** See {@link BootClock#system}. */
final class SystemBootClock implements BootClock {
    private static final System.Logger LOG = System.getLogger(SystemBootClock.class.getName());
    private static final Path UPTIME = Path.of("/proc/uptime");
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path uptime;
    private final long startNanos = System.nanoTime();
    private final Instant start = Instant.now();
    /** What the uptime was at the start; null where there is none. */
    private final @Nullable Duration startUptime;

    private final String boot;

    SystemBootClock() {
        this(UPTIME, BOOT);
    }

    SystemBootClock(Path uptime, Path boot) {
        this.uptime = uptime;
        this.startUptime = read(uptime);
        this.boot = startUptime == null ? ownName() : readBoot(boot);
    }

    @Override
    public String boot() {
        return boot;
    }

    /** One that cannot be read for a moment, as where files run out, must not turn time back: leases would last. */
    @Override
    public Duration now() {
        @Nullable Duration now = startUptime == null ? null : read(uptime);
        if (now != null) {
            return now;
        }
        Duration monotonic = Duration.ofNanos(System.nanoTime() - startNanos);
        Duration wall = Duration.between(start, Instant.now());
        Duration since = monotonic.compareTo(wall) > 0 ? monotonic : wall;
        return startUptime == null ? since : startUptime.plus(since);
    }

    private static @Nullable Duration read(Path uptime) {
        try {
            String text = Files.readString(uptime);
            return Duration.ofMillis((long) (Double.parseDouble(text.substring(0, text.indexOf(' '))) * 1000));
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "no {0}: time is counted from this program''s start", uptime);
            return null;
        }
    }

    private static String readBoot(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "no {0}: leases end with this program", file);
            return ownName();
        }
    }

    /** Without a boot's name no other program's times can be compared with ours: the name is ours alone then. */
    private static String ownName() {
        return "process-" + ProcessHandle.current().pid() + "-" + Instant.now().toEpochMilli();
    }
}
