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
        Path first = temp.resolve("first");
        try (WorktreesLock _ = WorktreesLock.take(trees, first)) {
            assertThatThrownBy(() -> WorktreesLock.take(trees, temp.resolve("second")))
                    .isInstanceOf(MakimaException.class)
                    .hasMessageContaining(trees.toString())
                    .hasMessageContaining(first.toString());
        }
        assertThatCode(() -> WorktreesLock.take(trees, temp.resolve("second")).close())
                .doesNotThrowAnyException();
    }

    @Test
    void twoDaemonsOfOneHomeDirectoryWithTreesOfTheirOwnAreFine() {
        try (WorktreesLock one = WorktreesLock.take(temp.resolve("one"), temp);
                WorktreesLock other = WorktreesLock.take(temp.resolve("other"), temp)) {
            assertThat(one).isNotSameAs(other);
        }
    }

    @Test
    void whereNothingCanBeLockedADaemonStartsAllTheSame() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "");
        assertThatCode(() -> WorktreesLock.take(file.resolve("trees"), temp).close())
                .doesNotThrowAnyException();
    }
}
