package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
    @TempDir
    private Path temp;

    @Test
    void itIsMadeForItsOwnerAlone() throws IOException {
        Path directory = temp.resolve("a").resolve("b");
        try (StateDirectory _ = StateDirectory.take(directory)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("daemon.lock"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void oneDaemonHasItAtATimeAndTheOtherIsToldWhoThatIs() {
        StateDirectory first = StateDirectory.take(temp);
        assertThatThrownBy(() -> StateDirectory.take(temp))
                .isInstanceOf(MakimaException.class)
                .hasMessageContaining(temp.toString())
                .hasMessageContaining("process " + ProcessHandle.current().pid());
        first.close();
        StateDirectory.take(temp).close();
    }

    @Test
    void theInstanceIdIsMadeOnceAndKept() {
        UUID id;
        try (StateDirectory state = StateDirectory.take(temp)) {
            id = state.instanceId();
            assertThat(state.instanceId()).isEqualTo(id);
        }
        try (StateDirectory state = StateDirectory.take(temp)) {
            assertThat(state.instanceId()).isEqualTo(id);
        }
    }

    @Test
    void aDamagedInstanceIdIsSaidWithItsCure() throws IOException {
        Files.writeString(temp.resolve("instance-id"), "not an id");
        try (StateDirectory state = StateDirectory.take(temp)) {
            assertThatThrownBy(state::instanceId)
                    .isInstanceOfSatisfying(
                            MakimaException.class,
                            e -> assertThat(e.explain()).contains("instance-id", "Delete the file"));
        }
    }

    @Test
    void aPlaceThatCannotBeWrittenIsSaid() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));
        assertThatThrownBy(() -> StateDirectory.take(file.resolve("below")))
                .isInstanceOf(MakimaException.class)
                .hasMessageContaining(file.toString());
    }
}
