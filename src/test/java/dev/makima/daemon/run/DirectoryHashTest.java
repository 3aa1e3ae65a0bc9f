package dev.makima.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryHashTest {
    @TempDir
    private Path root;

    @Test
    void itChangesWithWhatIsInTheDirectoryAndWithNothingElse() throws Exception {
        String empty = DirectoryHash.of(root);
        Path file = Files.writeString(Files.createDirectory(root.resolve("d")).resolve("f"), "one");
        String one = DirectoryHash.of(root);
        assertThat(one).isNotEqualTo(empty);
        Files.writeString(file, "two");
        assertThat(DirectoryHash.of(root)).isNotEqualTo(one);
        Files.writeString(file, "one");
        assertThat(DirectoryHash.of(root)).isEqualTo(one);
        Files.move(file, root.resolve("d/g"));
        assertThat(DirectoryHash.of(root)).isNotEqualTo(one);
    }

    @Test
    void aLinkCountsByWhatItSaysAndIsNotFollowed() throws Exception {
        Files.createSymbolicLink(root.resolve("loop"), root);
        Files.createSymbolicLink(root.resolve("nowhere"), Path.of("nowhere"));
        String before = DirectoryHash.of(root);
        Files.delete(root.resolve("nowhere"));
        Files.createSymbolicLink(root.resolve("nowhere"), Path.of("elsewhere"));
        assertThat(DirectoryHash.of(root)).isNotEqualTo(before);
    }

    @Test
    void ourOwnFilesDoNotCount() throws Exception {
        String before = DirectoryHash.of(root);
        Files.writeString(Files.createDirectory(root.resolve(".makima")).resolve("x"), "x");
        assertThat(DirectoryHash.of(root)).isEqualTo(before);
    }

    @Test
    void aDirectoryThatIsGoneIsAnError() {
        assertThatThrownBy(() -> DirectoryHash.of(root.resolve("gone"))).isInstanceOf(MakimaException.class);
    }
}
