package dev.makima.git;

import static dev.makima.git.GitFixture.read;
import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import dev.makima.base.SearchPath;
import dev.makima.base.TaskId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskBranchesTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Path repository;
    private Worktree own;
    private TaskBranches branches;

    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        repository = fixture.repository("app");
        own = fixture.worktrees().create(request(repository));
        branches = new TaskBranches(fixture.git(), "makima/task-");
    }

    @Test
    void branchesOfTasksAreListedWithTheirTaskAndWhetherTheyAreMerged() throws InterruptedException {
        Worktree merged = another("Merged");
        fixture.commit(merged.path(), "m", "m\n");
        Worktree open = another("Open");
        String sha = fixture.commit(open.path(), "o", "o\n");
        fixture.sh(repository, "branch", "feature");
        fixture.sh(own.path(), "merge", "-q", merged.branch());
        List<TaskBranch> list = branches.list(own);
        assertThat(list)
                .extracting(TaskBranch::name)
                .containsExactlyInAnyOrder(own.branch(), merged.branch(), open.branch());
        assertThat(branch(merged.branch()).merged()).isTrue();
        assertThat(branch(merged.branch()).taskId()).isEqualTo(merged.taskId());
        assertThat(branch(own.branch()).taskId()).isEqualTo(own.taskId());
        assertThat(branch(open.branch()))
                .isEqualTo(new TaskBranch(
                        open.branch(),
                        open.taskId(),
                        false,
                        fixture.sh(repository, "rev-parse", "--short", sha),
                        "add o"));
    }

    @Test
    void aSubjectMayHoldAnything() throws InterruptedException {
        for (String subject : List.of("a | b | c", "größe ☃ 日本", "tab\there \"quoted\" 'x' %00 \\n", "-m")) {
            fixture.sh(own.path(), "commit", "-q", "--allow-empty", "-m", subject + "\n\nbody | more");
            assertThat(branch(own.branch()).subject()).isEqualTo(subject);
        }
        fixture.sh(own.path(), "commit", "-q", "--allow-empty", "-m", "two\nlines\n\nbody");
        assertThat(branch(own.branch()).subject()).isEqualTo("two lines");
        fixture.sh(own.path(), "commit", "-q", "--allow-empty", "--allow-empty-message", "-m", "");
        assertThat(branch(own.branch()).subject()).isEmpty();
    }

    @Test
    void aSubjectInAnotherEncodingIsReadAsWhatItSays() throws InterruptedException {
        fixture.git()
                .runOk(GitCall.of(
                                own.path(),
                                Duration.ofSeconds(20),
                                "-c",
                                "i18n.commitEncoding=ISO-8859-1",
                                "commit",
                                "-q",
                                "--allow-empty",
                                "--file=-")
                        .reading("größe".getBytes(StandardCharsets.ISO_8859_1)));
        assertThat(branch(own.branch()).subject()).isEqualTo("größe");
    }

    @Test
    void theRecordedConfigurationDecidesAndNotTheName() throws InterruptedException {
        TaskId other = GitFixture.newId();
        fixture.sh(repository, "branch", "it's/größe\"x\"");
        fixture.sh(repository, "config", "branch.it's/größe\"x\".makimaTask", other.toString());
        String misleading = "makima/task-fix-" + own.taskId().shortId() + "0";
        fixture.sh(repository, "branch", misleading);
        fixture.sh(repository, "branch", "makima/feature");
        fixture.sh(repository, "branch", "makima/task-damaged");
        fixture.sh(repository, "config", "branch.makima/task-damaged.makimaTask", "nonsense");
        assertThat(branch("it's/größe\"x\"").taskId()).isEqualTo(other);
        assertThat(branch(misleading).taskId()).isNull();
        assertThat(branch("makima/task-damaged").taskId()).isNull();
        assertThat(branches.list(own)).extracting(TaskBranch::name).doesNotContain("makima/feature", "main");
        assertThat(new TaskBranches(fixture.git(), "").list(own))
                .extracting(TaskBranch::name)
                .containsExactlyInAnyOrder("it's/größe\"x\"", own.branch());
    }

    @Test
    void aBranchThatACompletionActionMadeKeepsItsTask() throws InterruptedException {
        Worktree done = another("Done");
        GitFixture.write(done.path().resolve("work"), "x\n");
        String made = GitFixture.branchOf(new Completion(fixture.git()).branch(done, "Done", repository));
        assertThat(branch(made).taskId()).isEqualTo(done.taskId());
        fixture.sh(repository, "config", "--remove-section", "branch." + made);
        assertThat(branch(made).taskId()).as("by the record").isEqualTo(done.taskId());
        assertThat(branch(made).merged()).isFalse();
    }

    @Test
    void hundredsOfBranchesTakeNoMoreGitCallsThanOne() throws InterruptedException {
        Path calls = root.resolve("calls");
        Path git = SearchPath.find(System.getenv("PATH"), "git", root).orElseThrow();
        GitFixture.program(
                GitFixture.directory(root.resolve("bin")).resolve("git"),
                "#!/bin/sh\necho >> '" + calls + "'\nexec '" + git + "' \"$@\"\n");
        fixture.environment.merge("PATH", root.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        TaskBranches counted = new TaskBranches(fixture.git(), "makima/task-");
        assertThat(counted.list(own)).hasSize(1);
        String ofOne = read(calls);
        assertThat(ofOne).isNotEmpty();
        StringBuilder refs = new StringBuilder();
        for (int i = 0; i < 600; i++) {
            refs.append("create refs/heads/makima/task-many-")
                    .append(i)
                    .append(' ')
                    .append(own.baseSha())
                    .append('\n');
        }
        fixture.git()
                .runOk(GitCall.of(repository, Duration.ofSeconds(20), "update-ref", "--stdin")
                        .reading(refs.toString().getBytes(StandardCharsets.UTF_8)));
        write(calls, "");
        assertThat(counted.list(own)).hasSize(601).allMatch(TaskBranch::merged);
        assertThat(read(calls)).isEqualTo(ofOne);
    }

    @Test
    void aHeadWithoutACommitHasMergedNothing() throws InterruptedException {
        fixture.sh(own.path(), "checkout", "-q", "--orphan", "fresh");
        assertThat(branch(own.branch()).merged()).isFalse();
        fixture.sh(own.path(), "checkout", "-q", "-f", "--detach", own.branch());
        assertThat(branch(own.branch()).merged()).isTrue();
    }

    @Test
    void aBareCloneAndARepositoryFromNothingHaveTaskBranchesToo() throws InterruptedException {
        Worktree cloned = fixture.worktrees().create(request("file://" + repository, null));
        assertThat(branches.list(cloned)).extracting(TaskBranch::name).containsExactly(cloned.branch());
        Worktree made = fixture.worktrees().create(request("new://x", null));
        assertThat(branches.list(made)).singleElement().satisfies(only -> {
            assertThat(only.name()).isEqualTo("main");
            assertThat(only.taskId()).isEqualTo(made.taskId());
        });
    }

    @Test
    void aWorktreeThatIsGoneIsAFailure() throws Exception {
        Undisturbed.deleteTree(own.path());
        assertThatThrownBy(() -> branches.list(own))
                .isInstanceOf(MakimaException.class)
                .hasMessageContaining("is not the worktree of task");
    }

    private Worktree another(String name) throws InterruptedException {
        return fixture.worktrees().create(new WorktreeRequest(GitFixture.newId(), name, repository.toString(), null));
    }

    private TaskBranch branch(String name) throws InterruptedException {
        return branches.list(own).stream()
                .filter(branch -> branch.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
