package dev.makima.config;

import dev.makima.base.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds what tells this machine from others and stays the same over restarts. */
public final class MachineId {
    private static final Pattern ID = Pattern.compile("[0-9A-Fa-f][0-9A-Fa-f-]{30,62}[0-9A-Fa-f]");
    private static final Pattern PLATFORM_UUID = Pattern.compile("\"IOPlatformUUID\"\\s*=\\s*\"([^\"]+)\"");

    private MachineId() {}

    /**
     * The id of the machine that this process runs on. Reads files and, on macOS, asks a program; blocks.
     *
     * @param dataDirectory where a made-up id is kept, if it comes to that: the daemon's home
     * @throws dev.makima.base.MakimaException IO where one had to be made up and could not be kept
     */
    public static String find(Environment environment, Path dataDirectory) {
        return find(
                environment.systemConfig().resolve("machine-id"),
                Path.of("/var/lib/dbus/machine-id"),
                () -> environment.isMac() ? platformUuid() : Optional.empty(),
                dataDirectory,
                UUID::randomUUID);
    }

    /**
     * The first id there is: of systemd, of D-Bus, of the platform, else one made up and kept in the data directory
     * as "machine-id", 0600.
     */
    static String find(
            Path systemd, Path dbus, Supplier<Optional<String>> platform, Path dataDirectory, Supplier<UUID> ids) {
        return read(systemd)
                .or(() -> read(dbus))
                .or(() -> platform.get().flatMap(MachineId::valid))
                .orElseGet(() -> kept(dataDirectory, ids));
    }

    private static String kept(Path dataDirectory, Supplier<UUID> ids) {
        Path file = dataDirectory.resolve("machine-id");
        return read(file).orElseGet(() -> {
            String made = ids.get().toString();
            PrivateFiles.directory(dataDirectory);
            PrivateFiles.write(file, (made + "\n").getBytes(StandardCharsets.US_ASCII));
            return made;
        });
    }

    private static Optional<String> read(Path file) {
        try {
            return valid(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // Not there, or not ours to read: there are others to try.
            return Optional.empty();
        }
    }

    /** Images of machines hold an empty file or "uninitialized" until their first start. */
    private static Optional<String> valid(String text) {
        return Optional.of(text.strip()).filter(id -> ID.matcher(id).matches());
    }

    private static Optional<String> platformUuid() {
        try {
            Process process = new ProcessBuilder(List.of("ioreg", "-rd1", "-c", "IOPlatformExpertDevice"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readNBytes(1 << 20), StandardCharsets.UTF_8);
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Matcher matcher = PLATFORM_UUID.matcher(text);
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        } catch (IOException e) {
            // No such program: an id is made up instead.
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
