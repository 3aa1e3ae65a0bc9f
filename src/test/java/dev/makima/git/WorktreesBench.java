package dev.makima.git;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Worktrees below a directory of their own for each test, and what makes repositories there. */
abstract class WorktreesBench {
    @TempDir
    Path root;

    GitFixture fixture;
    Worktrees worktrees;

    @BeforeEach
    final void makeWorktrees() {
        fixture = new GitFixture(root);
        worktrees = fixture.worktrees();
    }
}
