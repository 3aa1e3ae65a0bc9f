package dev.makima.daemon.control;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the socket of a daemon lies: in its state directory, or, where that path is too long for a socket, in a fresh
 * directory of its own. The file {@code daemon.control} beside the lock says where. Blocking; only the holder of the state
 * directory makes one.
 *
 * <p>A socket gets the permissions that the process's umask leaves, and a state directory that a person made may be open to
 * others. So it is made in a directory that is closed to them, and moved when it is closed itself.
 */
final class ControlDoor {
    /** Linux takes 108 bytes with the end; other systems less. */
    private static final int LONGEST_PATH = 100;

    private static final String SOCKET = "daemon.sock";
    private static final String OWN_DIRECTORY = "makima-control-";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path pointer;
    private final Path made;
    private final Path socket;

    private ControlDoor(Path pointer, Path made, Path socket) {
        this.pointer = pointer;
        this.made = made;
        this.socket = socket;
    }

    /**
     * Finds a place for the socket, and removes what a killed daemon left.
     *
     * @throws MakimaException IO where there is none
     */
    static ControlDoor prepare(Path stateDirectory) {
        Path pointer = pointer(stateDirectory);
        try {
            sweep(stateDirectory, pointer);
            Path state = stateDirectory.toAbsolutePath();
            // 0700 by what createTempDirectory does.
            Path beside = Files.createTempDirectory(state, OWN_DIRECTORY).resolve(SOCKET);
            if (length(beside) <= LONGEST_PATH) {
                return new ControlDoor(pointer, beside, state.resolve(SOCKET));
            }
            deleteQuietly(beside.getParent());
            Path elsewhere = elsewhere().resolve(SOCKET);
            return new ControlDoor(pointer, elsewhere, elsewhere);
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO,
                    "there is no place for the daemon's control socket: " + e.getMessage(),
                    "Check the permissions of " + stateDirectory + " and of the directory for temporary files",
                    e);
        }
    }

    /** The file that says where the socket is. */
    private static Path pointer(Path stateDirectory) {
        return stateDirectory.resolve("daemon.control");
    }

    /** Where the daemon of that state directory listens, or listened; nothing where none ever did. */
    static Optional<Path> find(Path stateDirectory) {
        Path pointer = pointer(stateDirectory);
        try {
            return Optional.of(Path.of(Files.readString(pointer).strip()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | InvalidPathException e) {
            throw new MakimaException(
                    ErrorCode.IO,
                    "cannot read " + pointer + ": " + e.getMessage(),
                    "Ask as the user that the daemon runs as",
                    e);
        }
    }

    /** The state directory is this process's alone, so what lies there now is a dead daemon's. */
    private static void sweep(Path stateDirectory, Path pointer) throws IOException {
        find(stateDirectory).ifPresent(ControlDoor::deleteWithOwnDirectory);
        try (DirectoryStream<Path> torn = Files.newDirectoryStream(stateDirectory, OWN_DIRECTORY + "*")) {
            torn.forEach(directory -> deleteWithOwnDirectory(directory.resolve(SOCKET)));
        }
        Files.deleteIfExists(stateDirectory.resolve(SOCKET));
        Files.deleteIfExists(pointer);
    }

    private static void deleteWithOwnDirectory(Path socket) {
        if (socket.endsWith(SOCKET)) {
            deleteQuietly(socket);
            @Nullable Path directory = socket.getParent();
            if (directory != null && String.valueOf(directory.getFileName()).startsWith(OWN_DIRECTORY)) {
                deleteQuietly(directory);
            }
        }
    }

    private static Path elsewhere() throws IOException {
        Path own = Files.createTempDirectory(OWN_DIRECTORY).toAbsolutePath();
        if (length(own.resolve(SOCKET)) <= LONGEST_PATH) {
            return own;
        }
        Files.delete(own);
        return Files.createTempDirectory(Path.of("/tmp"), OWN_DIRECTORY);
    }

    private static int length(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    /** Where the socket is to be made. */
    Path made() {
        return made;
    }

    /** The socket is made: nobody else may use it, and who looks for it finds it. */
    void opened() {
        try {
            Files.setPosixFilePermissions(made, OWNER_ONLY);
            if (!socket.equals(made)) {
                Files.move(made, socket, StandardCopyOption.ATOMIC_MOVE);
                deleteQuietly(made.getParent());
            }
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot protect " + made + ": " + e.getMessage(), "Check its directory", e);
        }
        PrivateFiles.write(pointer, (socket + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Nobody listens any more. */
    void closed() {
        deleteQuietly(pointer);
        deleteWithOwnDirectory(made);
        deleteWithOwnDirectory(socket);
    }

    private static void deleteQuietly(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // What is left is swept by the next daemon, and leads nobody anywhere.
        }
    }
}
