package dev.makima.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
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

    private Path filled(TempDirectories directories, TaskId id, int bytes, int age) throws IOException {
        Path made = directories.create(id);
        Path file = Files.write(Files.createDirectories(made.resolve("sub")).resolve("file"), new byte[bytes]);
        FileTime time = FileTime.from(Instant.parse("2026-01-01T00:00:00Z").minusSeconds(age));
        for (Path path : List.of(file, made.resolve("sub"), made)) {
            Files.setLastModifiedTime(path, time);
        }
        return made;
    }

    @Test
    void theOldestOfFinishedTasksGoUntilTheRestFits() throws IOException {
        TempDirectories directories = new TempDirectories(root);
        List<TaskId> ids = Stream.generate(GitFixture::newId).limit(5).toList();
        for (int i = 0; i < 5; i++) {
            filled(directories, ids.get(i), 1000, 100 - i);
        }
        Files.createDirectory(root.resolve("task-of-somebody-else"));
        Files.write(root.resolve("task-of-somebody-else/file"), new byte[9000]);
        TaskId running = ids.get(1);
        assertThat(directories.trim(5000, id -> true).removed()).isEmpty();
        TempDirectories.Trimmed trimmed = directories.trim(2500, id -> !id.equals(running));
        assertThat(trimmed)
                .isEqualTo(new TempDirectories.Trimmed(5000, 2000, List.of(ids.get(0), ids.get(2), ids.get(3))));
        assertThat(root.resolve("task-" + running)).exists();
        assertThat(root.resolve("task-" + ids.get(4))).exists();
        assertThat(root.resolve("task-" + ids.get(0))).doesNotExist();
        assertThat(root.resolve("task-of-somebody-else/file")).exists();
        assertThat(directories.trim(0, id -> false)).isEqualTo(new TempDirectories.Trimmed(2000, 2000, List.of()));
    }

    @Test
    void linksAreNotFollowedAndLeftoversGo() throws IOException {
        Path outside = Files.createDirectory(root.resolve("outside"));
        Files.write(outside.resolve("file"), new byte[5000]);
        TempDirectories directories = new TempDirectories(root.resolve("temp"));
        assertThat(directories.trim(0, id -> true).removed()).isEmpty();
        TaskId id = GitFixture.newId();
        Files.createSymbolicLink(filled(directories, id, 100, 1).resolve("link"), outside);
        Files.createDirectories(root.resolve("temp/.going-" + GitFixture.newId() + "/sub"));
        assertThat(directories.trim(2000, any -> true).removed()).isEmpty();
        assertThat(directories.trim(50, any -> true).removed()).containsExactly(id);
        assertThat(outside.resolve("file")).exists();
        assertThat(root.resolve("temp")).isEmptyDirectory();
    }

    @Test
    void aTasksDirectoryGoesWhenItIsToAndNoOther() throws IOException {
        TempDirectories directories = new TempDirectories(root);
        TaskId id = GitFixture.newId();
        TaskId other = GitFixture.newId();
        Path made = filled(directories, id, 10, 0);
        Path stays = filled(directories, other, 10, 0);
        assertThat(directories.remove(id)).isTrue();
        assertThat(made).doesNotExist();
        assertThat(stays).exists();
        assertThat(directories.remove(id)).isFalse();
    }
}
