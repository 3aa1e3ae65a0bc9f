package dev.makima.daemon.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.TaskId;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.DaemonHarness;
import dev.makima.git.CleanupResult;
import dev.makima.git.GitSettings;
import dev.makima.git.GitTools;
import dev.makima.git.UnsavedWork;
import dev.makima.git.Worktree;
import dev.makima.git.WorktreeRequest;
import dev.makima.protocol.SpawnTask;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectStepsTest {
    @TempDir
    private Path temp;

    private TestRepository repository;
    private GitTools git;
    private ProjectSteps steps;
    private final List<String> said = new ArrayList<>();
    private final TaskId taskId = new TaskId(UUID.randomUUID());

    @BeforeEach
    void makeTools() {
        repository = TestRepository.create(temp.resolve("origin"), 2);
        Path home = temp.resolve("home");
        DaemonConfig config = DaemonHarness.config(
                home,
                URI.create("ws://localhost:1"),
                Path.of("/bin/true"),
                new JsonObject()
                        .put(
                                "worktree",
                                new JsonObject()
                                        .put(
                                                "trustedRepos",
                                                new JsonArray()
                                                        .add(temp.resolve("origin")
                                                                .toString())
                                                        .add(new JsonObject()
                                                                .put("repo", "file://" + temp + "/*")
                                                                .put(
                                                                        "files",
                                                                        temp.resolve("secrets")
                                                                                .toString()))))
                        .put("process", new JsonObject().put("envVars", new JsonObject().put("GIVEN", "yes"))));
        Map<String, String> environment = Map.of(
                "PATH", System.getenv("PATH"), "HOME", temp.toString(), "MAKIMA_API_KEY", "k", "SECRET_THING", "s");
        GitSettings settings = new GitSettings(
                config.worktree().reposDir(),
                config.worktree().baseDir(),
                config.worktree().branchPrefix());
        git = GitTools.of(environment, settings, 1);
        steps = new ProjectSteps(config, environment, git.git());
    }

    @AfterEach
    void close() {
        git.close();
    }

    private Worktree worktree(String repo) throws InterruptedException {
        return git.worktrees().create(new WorktreeRequest(taskId, "a task", repo, null));
    }

    private SpawnTask spawn(String repo) {
        return SpawnTask.builder(taskId, "a task", "go")
                .repoUrl(repo)
                .env(Map.of("TASKS", "own", "MAKIMA_API_KEY", "tool-key"))
                .build();
    }

    private void says(String text) {
        repository.commit(".makima/project.toml", text, "Say");
    }

    @Test
    void commandsSeeTheAgentsEnvironmentAndNoKey() throws Exception {
        says("[setup]\nrun = [[\"env\"]]\n");
        String repo = repository.directory().toString();
        Worktree worktree = worktree(repo);
        steps.setUp(spawn(repo), worktree, said::add);
        assertThat(said)
                .contains("  GIVEN=yes", "  TASKS=own", "  MAKIMA_TASK_ID=" + taskId)
                .contains("  MAKIMA_WORKTREE=" + worktree.path(), "  MAKIMA_SOURCE=" + repository.directory())
                .noneMatch(line -> line.contains("MAKIMA_API_KEY") || line.contains("SECRET_THING"));
    }

    @Test
    void aLongOutputIsCutAndItsEndToldWithTheFailure() {
        says("[setup]\nrun = [[\"sh\", \"-c\", \"seq 1 5000; exit 4\"]]\n");
        String repo = repository.directory().toString();
        assertThatThrownBy(() -> steps.setUp(spawn(repo), worktree(repo), said::add))
                .hasMessageContaining("exit code 4")
                .hasMessageContaining("4999 / 5000");
        assertThat(said).hasSizeLessThan(210).contains("  1", "  200", "  … 4800 more lines");
    }

    @Test
    void aSetUpThatFailedBeginsAgain() throws Exception {
        says("[setup]\nrun = [[\"sh\", \"-c\", \"echo x >> count; test -e go\"]]\n");
        String repo = repository.directory().toString();
        Worktree worktree = worktree(repo);
        assertThatThrownBy(() -> steps.setUp(spawn(repo), worktree, said::add));
        Files.writeString(worktree.path().resolve("go"), "");
        steps.setUp(spawn(repo), worktree, said::add);
        steps.setUp(spawn(repo), worktree, said::add);
        assertThat(Files.readAllLines(worktree.path().resolve("count"))).hasSize(2);
    }

    @Test
    void filesOfACloneComeFromTheOwnersDirectory() throws Exception {
        says("[files]\ncopy = [\".env\"]\n");
        Files.createDirectories(temp.resolve("secrets"));
        Files.writeString(temp.resolve("secrets/.env"), "A=1\n");
        String repo = "file://" + repository.directory();
        Worktree worktree = worktree(repo);
        steps.setUp(spawn(repo), worktree, said::add);
        assertThat(worktree.path().resolve(".env")).hasContent("A=1");
        assertThat(said).isEmpty();
    }

    @Test
    void theTearDownRunsBeforeTheWorktreeGoesAndNeverKeepsIt() throws Exception {
        Path mark = temp.resolve("mark");
        says("[setup]\nrun = [[\"true\"]]\n[teardown]\nrun = [[\"sh\", \"-c\", \"pwd >> '" + mark + "'; exit 3\"]]\n");
        String repo = repository.directory().toString();
        Worktree worktree = worktree(repo);
        steps.setUp(spawn(repo), worktree, said::add);

        Files.writeString(worktree.path().resolve("unsaved"), "work");
        assertThat(clean(worktree, UnsavedWork.KEEP).success()).isFalse();
        assertThat(mark).doesNotExist();

        CleanupResult result = clean(worktree, UnsavedWork.DISCARD);
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(worktree.path()).doesNotExist();
        assertThat(mark).hasContent(worktree.path().toString());
        assertThat(said)
                .anyMatch(line -> line.startsWith("The tear-down did not end well") && line.contains("exit code 3"));

        assertThat(clean(worktree, UnsavedWork.DISCARD).success()).isTrue();
        assertThat(Files.readAllLines(mark)).hasSize(1);
    }

    @Test
    void aTearDownThatComesToNoEndIsGivenUp() throws Exception {
        says("[setup]\nrun = [[\"true\"]]\n[teardown]\nrun = [[\"sleep\", \"300\"]]\ntimeoutSecs = 1\n");
        String repo = repository.directory().toString();
        Worktree worktree = worktree(repo);
        steps.setUp(spawn(repo), worktree, said::add);
        assertThat(clean(worktree, UnsavedWork.DISCARD).success()).isTrue();
        assertThat(worktree.path()).doesNotExist();
        assertThat(said).anyMatch(line -> line.startsWith("The tear-down did not end well") && line.contains("1 s"));
    }

    private CleanupResult clean(Worktree worktree, UnsavedWork unsaved) throws InterruptedException {
        return git.cleanup()
                .cleanup(
                        worktree,
                        true,
                        unsaved,
                        () -> steps.tearDown(spawn(repository.directory().toString()), worktree, said::add));
    }

    @Test
    void withoutASetUpThereIsNoTearDown() throws IOException, InterruptedException {
        says("[teardown]\nrun = [[\"touch\", \"" + temp.resolve("mark") + "\"]]\n");
        String repo = repository.directory().toString();
        Worktree worktree = worktree(repo);
        steps.tearDown(spawn(repo), worktree, said::add);
        assertThat(temp.resolve("mark")).doesNotExist();
    }
}
