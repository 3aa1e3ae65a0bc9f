package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.Environment;
import dev.makima.daemon.DaemonHarness;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.Executable;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A daemon, a server of the base protocol that commands it, an agent that does what a test wrote for its task, and a gh
 * of the test's. For one test thread at a time.
 */
final class CommandBench implements AutoCloseable {
    /** Longer than anything takes on a machine that does much else at once. */
    static final Duration PATIENCE = Duration.ofSeconds(50);

    /** What answers a command. A list of branches fails as a mergeResult: branchList has no room for it. */
    static final Map<String, Set<String>> ANSWERS = Map.ofEntries(
            Map.entry("listBranches", Set.of("branchList", "mergeResult")),
            Map.entry("mergeStart", Set.of("mergeResult")),
            Map.entry("mergeStatus", Set.of("mergeStatusResponse", "mergeResult")),
            Map.entry("mergeResolve", Set.of("mergeResult")),
            Map.entry("mergeCommit", Set.of("mergeResult")),
            Map.entry("mergeAbort", Set.of("mergeResult")),
            Map.entry("mergeSkip", Set.of("mergeResult")),
            Map.entry("checkMergeComplete", Set.of("mergeCompleteCheck")),
            Map.entry("retryCompletionAction", Set.of("completionActionResult")),
            Map.entry("cloneWorktree", Set.of("cloneWorktreeResult")),
            Map.entry("checkTargetExists", Set.of("checkTargetExistsResult")),
            Map.entry("readRepoFile", Set.of("repoFileContent")),
            Map.entry("createBranch", Set.of("branchCreated")),
            Map.entry("mergeTaskToTarget", Set.of("mergeToTargetResult")),
            Map.entry("createPR", Set.of("prCreated")),
            Map.entry("getTaskDiff", Set.of("taskDiff")),
            Map.entry("getWorktreeDiff", Set.of("worktreeDiffResult")),
            Map.entry("getWorktreeInfo", Set.of("worktreeInfoResult")),
            Map.entry("commitWorktree", Set.of("worktreeCommitResult")),
            Map.entry("createCheckpoint", Set.of("checkpointCreated")),
            Map.entry("createExportPatch", Set.of("exportPatchCreated")),
            Map.entry("applyPatchToWorktree", Set.of("taskOutput")),
            Map.entry("cleanupWorktree", Set.of("cleanupWorktreeResult")),
            Map.entry("inheritGitConfig", Set.of("gitConfigInherited")),
            Map.entry("pauseTask", Set.of("taskOutput")),
            Map.entry("resumeTask", Set.of("taskOutput")),
            Map.entry("interruptTask", Set.of("taskOutput")),
            Map.entry("sendMessage", Set.of("taskOutput")),
            Map.entry("injectSiblingContext", Set.of("taskOutput")));

    private static final String AGENT = """
            IFS= read -r line
            init
            rest=${line#*PLAN:}
            plan=${rest%%:END*}
            pwd > 'PLANS'/"$plan.new"
            mv 'PLANS'/"$plan.new" 'PLANS'/"$plan.place"
            stay() {
                says 'working'
                while IFS= read -r more; do
                    case "$more" in *'please end'*) return ;; esac
                done
            }
            if [ -f 'PLANS'/"$plan.work" ]; then . 'PLANS'/"$plan.work"; fi
            result 'as planned'
            until_end_of_input
            """;

    /** Where things may be put. */
    final Path root;

    /** The daemon's home, which is its user's too. */
    final Path home;

    final BaseServer server;
    private final Vertx vertx;
    private final DaemonHarness daemon;
    private final Path plans;
    private final Path programs;

    private CommandBench(Path root, JsonObject more, String path) {
        this.root = root;
        this.home = directory(root.resolve("home"));
        this.plans = directory(root.resolve("plans"));
        this.programs = directory(root.resolve("programs"));
        this.vertx = Vertx.vertx();
        this.server = BaseServer.start(vertx, DaemonHarness.KEY);
        gh("echo https://github.com/o/r/pull/17");
        Path agent = new HostileAgent(programs).script("agent", AGENT.replace("PLANS", plans.toString()));
        Map<String, String> variables =
                new HashMap<>(DaemonHarness.environment(home).variables());
        variables.put("PATH", programs + ":" + path);
        this.daemon = DaemonHarness.start(
                home, DaemonHarness.config(home, server.uri(), agent, more), new Environment(variables, home, "Linux"));
        server.awaitHandshakes(1, PATIENCE);
    }

    /** A daemon with its home below this directory. */
    static CommandBench start(Path root) {
        return start(root, new JsonObject());
    }

    /** A daemon that is configured so. */
    static CommandBench start(Path root, JsonObject more) {
        return new CommandBench(root.toAbsolutePath(), more, System.getenv("PATH"));
    }

    /** A daemon whose PATH has every program of the test's own PATH but gh. */
    static CommandBench withoutGh(Path root) throws IOException {
        List<String> places = new ArrayList<>();
        for (String place : System.getenv("PATH").split(":")) {
            boolean hasGh = Files.exists(Path.of(place, "gh"));
            places.add(hasGh ? linksToAllButGh(Path.of(place), root.resolve("links" + places.size())) : place);
        }
        CommandBench bench = new CommandBench(root.toAbsolutePath(), new JsonObject(), String.join(":", places));
        Files.delete(bench.programs.resolve("gh"));
        return bench;
    }

    private static String linksToAllButGh(Path from, Path links) throws IOException {
        Files.createDirectories(links);
        try (Stream<Path> programs = Files.list(from)) {
            for (Path program : (Iterable<Path>) programs::iterator) {
                if (!program.endsWith("gh")) {
                    Files.createSymbolicLink(links.resolve(program.getFileName()), program);
                }
            }
        }
        return links.toString();
    }

    /** A repository with one commit that holds README.md. */
    TestRepository repository(String name) {
        return TestRepository.create(root.resolve(name));
    }

    /** Makes gh do this from now on; what it was called with is in {@link #ghCalls}. */
    void gh(String body) {
        try {
            Path fresh = Executable.write(
                    programs.resolve("gh.new"),
                    "#!/bin/sh\nprintf '%s\\n' \"$@\" >> '" + programs.resolve("gh-calls") + "'\n" + body + "\n");
            Files.move(
                    fresh,
                    programs.resolve("gh"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING,
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The arguments of every gh so far, one a line. */
    String ghCalls() {
        Path calls = programs.resolve("gh-calls");
        return Files.exists(calls) ? read(calls) : "";
    }

    /** A task that is not known to the daemon. */
    WireTask unknown() {
        return new WireTask(this, UUID.randomUUID().toString());
    }

    /** A spawnTask for a fresh id on this repository; the agent ends at once, with success. */
    JsonObject spawn(String repoUrl) {
        String id = UUID.randomUUID().toString();
        return BaseServer.spawnTask(id, "a task", "PLAN:" + id + ":END").put("repoUrl", repoUrl);
    }

    /** Starts a task whose agent runs this shell text in its worktree; waits for nothing. */
    WireTask begin(JsonObject spawn, String work) {
        WireTask task = new WireTask(this, spawn.getString("taskId"));
        try {
            Files.writeString(plans.resolve(task.id() + ".work"), work + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.send(spawn);
        return task;
    }

    /** A task whose agent has done this and has ended. */
    WireTask done(TestRepository repository, String work) {
        return done(spawn(repository.directory().toString()), work);
    }

    /** A task whose agent has done this and has ended. */
    WireTask done(JsonObject spawn, String work) {
        WireTask task = begin(spawn, work);
        JsonObject end = server.await("taskComplete", task.id(), PATIENCE);
        assertThat(end.getBoolean("success")).as(end.encode()).isTrue();
        return task;
    }

    /** A task whose agent has done nothing and has ended. */
    WireTask done(TestRepository repository) {
        return done(repository, ":");
    }

    /** A task whose agent has done this and now waits for the message "please end". */
    WireTask running(TestRepository repository, String work) {
        WireTask task = begin(spawn(repository.directory().toString()), work + "\nstay");
        server.await(
                frame -> task.id().equals(frame.getString("taskId"))
                        && frame.getString("output", "").contains("\"working\""),
                PATIENCE);
        // What an agent says at once may come before its task is told to run.
        server.await(
                frame -> task.id().equals(frame.getString("taskId")) && "running".equals(frame.getString("newStatus")),
                PATIENCE);
        return task;
    }

    /** A spawnTask for this id, known or not. */
    JsonObject again(String id, TestRepository repository) {
        return spawn(repository.directory().toString()).put("taskId", id).put("plan", "PLAN:" + id + ":END");
    }

    /** Sends a task again and waits for its next end, which is a good one. */
    WireTask redo(String id, TestRepository repository, String work) {
        int before = server.ends(id);
        WireTask task = begin(again(id, repository), work);
        JsonObject end = server.await(before + 1, "taskComplete", id, PATIENCE);
        assertThat(end.getBoolean("success")).as(end.encode()).isTrue();
        return task;
    }

    /** Where the agent of a task worked, once it has begun. */
    Path place(String taskId) {
        return Path.of(
                read(Await.file(plans.resolve(taskId + ".place"), PATIENCE)).strip());
    }

    /** Sends a command and waits for the answer to it. */
    JsonObject ask(JsonObject command) {
        return ask(command, frame -> true);
    }

    /** Sends a command and waits for the answer to it that fits. */
    JsonObject ask(JsonObject command, Predicate<JsonObject> fitting) {
        Predicate<JsonObject> answers = answersTo(command).and(fitting);
        // Frames are looked at in their order, each once: those of before are passed over by their number.
        long before = server.frames().stream().filter(answers).count();
        server.send(command);
        long[] left = {before};
        return server.await(frame -> answers.test(frame) && left[0]-- == 0, PATIENCE);
    }

    /** What could answer a command: its answer type, about its task or request. */
    static Predicate<JsonObject> answersTo(JsonObject command) {
        Set<String> types = ANSWERS.getOrDefault(command.getString("type"), Set.of());
        @Nullable String taskId = command.getString("taskId", command.getString("targetTaskId"));
        @Nullable String request = command.containsKey("taskId") ? null : command.getString("requestId");
        return frame -> types.contains(frame.getString("type"))
                && (taskId == null || taskId.equals(frame.getString("taskId")))
                && (request == null || request.equals(frame.getString("requestId")));
    }

    /** Proves that the daemon still works: a small task comes to its end. */
    void assertAlive() {
        JsonObject spawn = spawn("");
        spawn.remove("repoUrl");
        done(spawn, ":");
        assertThat(server.mistakes()).isEmpty();
        assertThat(server.handshakes()).isEqualTo(1);
    }

    static Path directory(Path path) {
        try {
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        daemon.close();
        server.close();
        vertx.close().await();
    }
}
