package dev.makima.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class NewRepositoriesTest extends WorktreesBench {
    private static final TaskId ONE = TaskId.of("12345678-0000-4000-8000-000000000001");
    private static final TaskId TWO = TaskId.of("12345678-0000-4000-8000-000000000002");

    private static WorktreeRequest request(TaskId task, String repository) {
        return new WorktreeRequest(task, "Build a server", repository, null);
    }

    @Test
    void aNewRepositoryHasAnEmptyFirstCommitOnMain() throws InterruptedException {
        Worktree made = worktrees.create(request(ONE, "new://My Server ☃"));
        assertThat(made.path()).isEqualTo(root.resolve("repos/12345678-my-server"));
        assertThat(made.branch()).isEqualTo("main");
        assertThat(fixture.sh(made.path(), "log", "--format=%s")).isEqualTo("Initial commit");
        assertThat(fixture.sh(made.path(), "rev-parse", "HEAD")).isEqualTo(made.baseSha());
        assertThat(fixture.sh(made.path(), "ls-tree", "HEAD")).isEmpty();
        assertThat(worktrees.find(ONE)).contains(made);
    }

    @Test
    void theSameTaskGetsItsRepositoryAgainAndAnotherOneItsOwn() throws InterruptedException, IOException {
        Worktree first = worktrees.create(request(ONE, "new"));
        Files.writeString(first.path().resolve("kept.txt"), "kept");
        assertThat(worktrees.create(request(ONE, "new"))).isEqualTo(first);
        assertThat(first.path().resolve("kept.txt")).hasContent("kept");
        Worktree second = worktrees.create(request(TWO, "new"));
        assertThat(second.path()).isNotEqualTo(first.path());
    }

    @Test
    void itsWorkIsCommittedWhereItIs() throws InterruptedException, IOException {
        Worktree made = worktrees.create(request(ONE, "new://server"));
        Files.writeString(made.path().resolve("main.txt"), "work");
        CompletionResult result = new Completion(fixture.git()).branch(made, "Build a server", null);
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(result.stat().filesChanged()).isEqualTo(1);
        assertThat(fixture.sh(made.path(), "log", "--format=%s")).startsWith("feat: Build a server");
        assertThat(fixture.sh(made.path(), "symbolic-ref", "--short", "HEAD")).isEqualTo("main");
    }
}
