package dev.makima.daemon.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.lease.BootClock;
import dev.makima.daemon.lease.Leases;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.GitSettings;
import dev.makima.git.GitTools;
import dev.makima.git.Worktree;
import dev.makima.git.WorktreeRequest;
import dev.makima.protocol.CompletionActionResult;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskState;
import dev.makima.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Completion actions of a task whose run is over. */
class CompletionRetryTest {
    @TempDir
    private Path temp;

    private TestRepository repository;
    private GitTools git;
    private CompletionActions actions;
    private TaskRecord task;

    @BeforeEach
    void makeTask() throws InterruptedException {
        repository = TestRepository.create(temp.resolve("repository"));
        git = GitTools.of(
                Map.of("PATH", System.getenv("PATH"), "HOME", temp.toString()),
                new GitSettings(temp.resolve("repos"), temp.resolve("worktrees"), "makima/task-"),
                1_000_000);
        actions = new CompletionActions(git, new Leases(BootClock.system()));
        TaskId id = new TaskId(UUID.randomUUID());
        Worktree worktree = git.worktrees()
                .create(new WorktreeRequest(id, "a task", repository.directory().toString(), null));
        TestRepository.at(worktree.path()).write("made", "x\n");
        task = TaskRecord.admitted(SpawnTask.builder(id, "a task", "go").build(), new RunId(UUID.randomUUID()))
                .withDirectory(worktree.path(), worktree)
                .withState(TaskState.DONE, null);
    }

    @AfterEach
    void close() {
        git.close();
    }

    private CompletionActionResult perform(String action) throws InterruptedException {
        return actions.perform(task, "a task", action, Optional.of(repository.directory()), Optional.empty(), true);
    }

    @Test
    void oneActionMayFollowTheOtherThoughTheRecordIsOld() throws InterruptedException {
        CompletionActionResult branch = perform("branch");
        assertThat(branch.success()).as(branch.message()).isTrue();
        Worktree before = Objects.requireNonNull(task.worktree());
        assertThat(repository.hasBranch(before.branch())).isFalse();
        TaskRecord moved = actions.moved(task);
        assertThat(Objects.requireNonNull(moved.worktree()).branch()).isEqualTo(branch.branch());
        CompletionActionResult merge = perform("merge");
        assertThat(merge.success()).as(merge.message()).isTrue();
        assertThat(repository.content("main", "made")).isEqualTo("x\n");
        CompletionActionResult none = perform("none");
        assertThat(none.branch()).isEqualTo(branch.branch());
    }

    @Test
    void whatIsGoneIsAFailureAndNeverAnException() throws Exception {
        Worktree worktree = Objects.requireNonNull(task.worktree());
        repository.git("worktree", "remove", "--force", worktree.path().toString());
        for (String action : List.of("none", "branch", "merge", "pr", "explode", "")) {
            CompletionActionResult result = perform(action);
            assertThat(result.success()).as(action + ": " + result.message()).isFalse();
            assertThat(result.message()).isNotBlank();
        }
        assertThat(actions.moved(task)).isEqualTo(task);
        TaskRecord bare = TaskRecord.admitted(task.spawn(), task.runId());
        for (String action : List.of("none", "branch")) {
            assertThat(actions.perform(bare, "x", action, Optional.empty(), Optional.empty(), true)
                            .success())
                    .isFalse();
        }
    }

    @Test
    void aWorktreeOfAnotherTaskStaysAsItIs() throws InterruptedException, IOException {
        Worktree theirs = Objects.requireNonNull(task.worktree());
        TaskId member = new TaskId(UUID.randomUUID());
        TaskRecord shared = TaskRecord.admitted(
                        SpawnTask.builder(member, "member", "go").build(), new RunId(UUID.randomUUID()))
                .withDirectory(theirs.path(), theirs);
        for (int i = 0; i < 2; i++) {
            Files.writeString(theirs.path().resolve("more"), "round " + i);
            CompletionActionResult result = actions.perform(
                    shared, "member", "branch", Optional.of(repository.directory()), Optional.empty(), true);
            assertThat(result.success()).as(result.message()).isTrue();
            assertThat(result.branch()).isEqualTo("makima/member-" + member.shortId());
            assertThat(repository.content(String.valueOf(result.branch()), "more"))
                    .isEqualTo("round " + i);
        }
        assertThat(repository.hasBranch(theirs.branch())).isTrue();
        assertThat(TestRepository.at(theirs.path())
                        .git("symbolic-ref", "--short", "HEAD")
                        .strip())
                .isEqualTo(theirs.branch());
        assertThat(git.worktrees().find(task.taskId())).contains(theirs);
        assertThat(git.worktrees().find(member)).isEmpty();
    }
}
