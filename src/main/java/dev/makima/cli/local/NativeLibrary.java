package dev.makima.cli.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Unpacks SQLite's native library beside the installed jar. Without that every start asks {@code uname}, unpacks a
 * megabyte into the directory for temporary files, compares it, and leaves it there if it is killed.
 */
public final class NativeLibrary {
    private NativeLibrary() {}

    /**
     * Puts the library into a directory that is there only once it is whole; one that is there already is left.
     *
     * @throws IOException where it cannot be written
     */
    public static void keep(Path directory) throws IOException {
        if (Files.exists(directory)) {
            return;
        }
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        Path fresh = Files.createTempDirectory(directory.toAbsolutePath().getParent(), ".native-");
        try (@Nullable InputStream packed = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (packed != null) {
                Files.copy(packed, fresh.resolve(name));
                Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
            }
        } finally {
            delete(fresh);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        }
    }
}
