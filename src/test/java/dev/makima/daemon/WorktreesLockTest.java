package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorktreesLockTest {
    @TempDir
    private Path temp;

    @Test
    void aDirectoryIsOneDaemonsUntilItEnds() {
        Path trees = temp.resolve("deep/trees");
        try (StateDirectory first = StateDirectory.take(temp.resolve("first"));
                StateDirectory second = StateDirectory.take(temp.resolve("second"))) {
            try (WorktreesLock _ = WorktreesLock.take(trees, first)) {
                assertThatThrownBy(() -> WorktreesLock.take(trees, second))
                        .isInstanceOf(MakimaException.class)
                        .hasMessageEndingWith(first.path().toString())
                        .hasMessageContaining(trees.toString());
            }
            assertThatCode(() -> WorktreesLock.take(trees, second).close()).doesNotThrowAnyException();
        }
    }

    @Test
    void itIsKnownWhoHadADirectoryLast() {
        Path trees = temp.resolve("trees");
        try (StateDirectory first = StateDirectory.take(temp.resolve("first"));
                StateDirectory second = StateDirectory.take(temp.resolve("second"))) {
            assertThat(WorktreesLock.wasOf(trees, first.path())).isFalse();
            WorktreesLock.take(trees, first).close();
            assertThat(WorktreesLock.wasOf(trees, first.path())).isTrue();
            assertThat(WorktreesLock.wasOf(trees, second.path())).isFalse();
            WorktreesLock.take(trees, second).close();
            assertThat(WorktreesLock.wasOf(trees, first.path())).isFalse();
        }
    }

    @Test
    void oneThatIsCalledAlikeInAnotherContainerIsAnother() throws IOException {
        Path trees = temp.resolve("trees");
        try (StateDirectory state = StateDirectory.take(temp.resolve("state"))) {
            WorktreesLock.take(trees, state).close();
            Files.delete(state.path().resolve("instance-id"));
            assertThat(WorktreesLock.wasOf(trees, state.path())).isFalse();
            state.instanceId();
            assertThat(WorktreesLock.wasOf(trees, state.path())).isFalse();
        }
    }

    @Test
    void twoDaemonsOfOneHomeDirectoryWithTreesOfTheirOwnAreFine() {
        try (StateDirectory state = StateDirectory.take(temp);
                WorktreesLock one = WorktreesLock.take(temp.resolve("one"), state);
                WorktreesLock other = WorktreesLock.take(temp.resolve("other"), state)) {
            assertThat(one).isNotSameAs(other);
        }
    }

    @Test
    void whereNothingCanBeLockedADaemonStartsAllTheSame() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "");
        try (StateDirectory state = StateDirectory.take(temp.resolve("state"))) {
            assertThatCode(() ->
                            WorktreesLock.take(file.resolve("trees"), state).close())
                    .doesNotThrowAnyException();
        }
    }
}
