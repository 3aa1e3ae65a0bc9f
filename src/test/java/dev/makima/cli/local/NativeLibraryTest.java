package dev.makima.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.util.LibraryLoaderUtil;

class NativeLibraryTest {
    @TempDir
    private Path temp;

    @Test
    void theLibraryIsKeptUnderTheNameThatItsLoaderLooksFor() throws Exception {
        Path directory = temp.resolve("native");
        NativeLibrary.keep(directory);
        assertThat(directory.resolve(LibraryLoaderUtil.getNativeLibName())).exists();
        assertThat(Files.size(directory.resolve(LibraryLoaderUtil.getNativeLibName())))
                .isGreaterThan(100_000);
        try (Stream<Path> left = Files.list(temp)) {
            assertThat(left).containsExactly(directory);
        }
    }

    @Test
    void whatIsThereAlreadyIsLeftAsItIs() throws Exception {
        Path directory = Files.createDirectory(temp.resolve("native"));
        NativeLibrary.keep(directory);
        assertThat(directory).isEmptyDirectory();
    }
}
