package dev.makima.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;

/** Looks whether a file gives a key away. */
final class FilePermissions {
    private FilePermissions() {}

    /** The warning where the file holds a key or password and everybody may read it. */
    static Optional<String> warning(Path file, Map<Key<?>, Given> said) {
        boolean key = said.containsKey(DaemonKeys.SERVER_API_KEY);
        boolean password = said.containsKey(ServerKeys.DATABASE_PASSWORD)
                || Optional.ofNullable(said.get(ServerKeys.DATABASE_URL))
                        .map(given -> given.value().toString())
                        .filter(url -> url.matches("[^?]*//[^/:@?]*:.*@.*") || url.contains("password="))
                        .isPresent();
        if ((key || password) && readableByOthers(file)) {
            return Optional.of(file + " holds a " + (key ? "key" : "password")
                    + " and can be read by everybody on this machine; chmod 600 it");
        }
        return Optional.empty();
    }

    private static boolean readableByOthers(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException e) {
            // A file system without such permissions, or the file went away: nothing to warn of.
            return false;
        }
    }
}
