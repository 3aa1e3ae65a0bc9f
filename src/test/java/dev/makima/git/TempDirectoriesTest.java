package dev.makima.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TempDirectoriesTest {
    @TempDir
    private Path root;

    @Test
    void aTaskHasOnePrivateDirectoryThatKeepsItsFiles() throws IOException {
        TempDirectories directories = new TempDirectories(root.resolve("temp"));
        TaskId id = GitFixture.newId();
        Path made = directories.create(id);
        assertThat(made).isEqualTo(root.resolve("temp/task-" + id));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
        Files.writeString(made.resolve("work"), "x");
        assertThat(directories.create(id).resolve("work")).hasContent("x");
    }

    @Test
    void aFileInTheWayIsToldByName() throws IOException {
        TaskId id = GitFixture.newId();
        Path file = Files.writeString(root.resolve("task-" + id), "x");
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> new TempDirectories(root).create(id))
                .withMessageContaining(file.toString());
    }
}
