package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.cli.local.DaemonStop;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.bus.Cleaned;
import dev.makima.daemon.bus.Cleaned.Outcome;
import dev.makima.daemon.control.ControlClient;
import dev.makima.daemon.store.Inventory;
import dev.makima.daemon.store.StateFile;
import dev.makima.daemon.store.StateView;
import dev.makima.git.GitTools;
import dev.makima.git.Worktree;
import dev.makima.sql.Database;
import dev.makima.sql.Work;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.LogListener;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a clean-up takes away, and above all what it leaves: every worktree, process and output that anybody may need. Each
 * is asked of the daemon by its control socket, or done in its place while none runs.
 */
class LeftoversTest extends RunBench {
    private final List<Process> started = new ArrayList<>();
    private TestRepository repository;

    @BeforeEach
    void makeRepository() {
        repository = TestRepository.create(temp.resolve("repo"), 3);
    }

    @AfterEach
    void endProcesses() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    private Path works(String work) {
        return agents.script("works", "first_line\ninit\n" + work + "\nresult 'done'\nuntil_end_of_input\n");
    }

    private String spawn() {
        String id = UUID.randomUUID().toString();
        server.send(BaseServer.spawnTask(id, "a task", "go")
                .put("repoUrl", repository.directory().toString()));
        return id;
    }

    private void awaitRunning(String id) {
        server.await(
                frame -> "running".equals(frame.getString("newStatus")) && id.equals(frame.getString("taskId")),
                PATIENCE);
    }

    private Path worktree(String id) {
        return home.resolve("worktrees").resolve(id.substring(0, 8) + "-a-task");
    }

    private Path spool(String id) {
        return home.resolve("spool").resolve(id);
    }

    /** A task that is done, and of which the server has acknowledged everything. */
    private String done(Path agent) {
        try (DaemonHarness _ = daemon(agent)) {
            String id = spawn();
            server.await("taskComplete", id, PATIENCE);
            awaitReleased(id);
            return id;
        }
    }

    private void awaitReleased(String id) {
        Await.until(PATIENCE, "all is acknowledged", () -> {
            Inventory known = known();
            return known.tellings().isEmpty()
                    && known.runs().stream()
                            .filter(run -> run.taskId().toString().equals(id))
                            .allMatch(Inventory.RunRow::released);
        });
    }

    private Inventory known() {
        try (StateView view = StateView.open(home.resolve("daemon.db"))) {
            return view.inventory();
        }
    }

    private DaemonConfig config(JsonObject more) {
        return DaemonHarness.config(home, server.uri(), agents.silent(), more);
    }

    private List<Cleaned> cleanOffline(boolean dryRun, JsonObject more) {
        List<Cleaned> done = new ArrayList<>();
        try {
            new DaemonHome(config(more), DaemonHarness.environment(home)).clean(vertx, dryRun, done::add);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return done;
    }

    private List<Cleaned> cleanOffline() {
        return cleanOffline(false, new JsonObject());
    }

    /** Empty cgroups are the machine's: those of other tests are found as well. */
    private static List<Cleaned> ours(List<Cleaned> cleaned) {
        return cleaned.stream().filter(one -> !one.kind().equals("cgroups")).toList();
    }

    private List<Cleaned> cleanByDaemon(boolean dryRun) {
        try (ControlClient client = ControlClient.connect(home).orElseThrow()) {
            JsonObject answer = client.ask(new JsonObject().put("verb", "clean").put("dryRun", dryRun), PATIENCE);
            return answer.getJsonArray("leftovers").stream()
                    .map(one -> Cleaned.of((JsonObject) one))
                    .toList();
        }
    }

    private static Cleaned of(List<Cleaned> all, Path subject) {
        return all.stream()
                .filter(one -> one.subject().equals(subject.toString()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(subject + " is not among " + all));
    }

    private Process sleeper(Path directory, @Nullable String run) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sleep", "600").directory(directory.toFile());
        if (run != null) {
            builder.environment().put("MAKIMA_RUN", run);
        }
        Process process = builder.start();
        started.add(process);
        return process;
    }

    @Test
    void aWorktreeGoesWhoseTaskIsDoneAndAcknowledgedAndItsBranchStays() {
        String id = done(works("git commit -q --allow-empty -m x"));
        assertThat(of(cleanOffline(true, new JsonObject()), worktree(id)).outcome())
                .isEqualTo(Outcome.WOULD_GO);
        assertThat(worktree(id)).exists();
        assertThat(of(cleanOffline(), worktree(id)).outcome()).isEqualTo(Outcome.REMOVED);
        assertThat(worktree(id)).doesNotExist();
        assertThat(repository.branches()).anyMatch(branch -> branch.contains(id.substring(0, 8)));
    }

    @Test
    void theDaemonCleansUpItselfAndLeavesTheTasksThatWork() {
        try (DaemonHarness _ = daemon(works("grep -q . /dev/null || :"))) {
            String finished = spawn();
            server.await("taskComplete", finished, PATIENCE);
            awaitReleased(finished);
            assertThat(of(cleanByDaemon(true), worktree(finished)).outcome()).isEqualTo(Outcome.WOULD_GO);
            assertThat(worktree(finished)).exists();
            assertThat(of(cleanByDaemon(false), worktree(finished)).outcome()).isEqualTo(Outcome.REMOVED);
            assertThat(worktree(finished)).doesNotExist();
        }
        try (DaemonHarness _ = daemon(agents.silent())) {
            List<String> live = Stream.of(spawn(), spawn(), spawn()).toList();
            live.forEach(this::awaitRunning);
            List<Long> before = Peers.processes(home);
            assertThat(ours(cleanByDaemon(false))).noneMatch(one -> one.outcome() == Outcome.REMOVED);
            assertThat(live).allMatch(id -> Files.exists(worktree(id).resolve(".git")) && Files.exists(spool(id)));
            assertThat(Peers.processes(home)).containsAll(before);
            live.forEach(id -> server.send(Peers.interrupt(id, false)));
            live.forEach(id -> server.await(
                    frame -> "interrupted".equals(frame.getString("newStatus")) && id.equals(frame.getString("taskId")),
                    PATIENCE));
        }
    }

    @Test
    void withoutADaemonNothingOfAnAgentThatGoesOnIsTouched() {
        String id;
        try (DaemonHarness _ = daemon(agents.silent())) {
            id = spawn();
            awaitRunning(id);
        }
        List<Long> before = Peers.processes(home);
        assertThat(before).isNotEmpty();
        assertThat(ours(cleanOffline())).isEmpty();
        assertThat(worktree(id).resolve(".git")).exists();
        assertThat(spool(id)).exists();
        assertThat(Peers.processes(home)).containsAll(before);
        // And the next daemon goes on with it.
        try (DaemonHarness _ = daemon(agents.silent())) {
            server.send(Peers.interrupt(id, false));
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
        }
    }

    @Test
    void whatIsUncommittedStaysUntilACheckpointHoldsIt() {
        String id = done(works(":"));
        TestRepository.at(worktree(id)).write("unsaved", "work\n");
        Cleaned kept = of(cleanOffline(), worktree(id));
        assertThat(kept.outcome()).isEqualTo(Outcome.KEPT);
        assertThat(kept.text()).contains("uncommitted work");
        assertThat(kept.cure()).contains("makima tasks cleanup " + id);
        assertThat(worktree(id).resolve("unsaved")).exists();

        String tree = checkpoint(id);
        TestRepository.at(worktree(id)).write("later", "more\n");
        assertThat(of(cleanOffline(), worktree(id)).outcome()).isEqualTo(Outcome.KEPT);
        repository.git("-C", worktree(id).toString(), "clean", "-q", "-f", "later");
        assertThat(of(cleanOffline(), worktree(id)).outcome()).isEqualTo(Outcome.REMOVED);
        assertThat(worktree(id)).doesNotExist();
        assertThat(repository.content(tree, "unsaved")).contains("work");
        assertThat(repository.git("for-each-ref", "--format=%(objectname)", "refs/makima"))
                .contains(tree);
    }

    /** Makes one as the daemon would. */
    private String checkpoint(String id) {
        DaemonHome state = new DaemonHome(config(new JsonObject()), DaemonHarness.environment(home));
        try (GitTools git = state.git()) {
            Worktree worktree = git.worktrees().find(TaskId.of(id)).orElseThrow();
            git.checkpoints().make(worktree, "test", false);
            return git.checkpoints().last(worktree).orElseThrow();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aWorktreeStaysThatAProcessWorksIn() throws Exception {
        String id = done(works(":"));
        Process inside = sleeper(worktree(id), null);
        Cleaned kept = of(cleanOffline(), worktree(id));
        assertThat(kept.outcome()).isEqualTo(Outcome.KEPT);
        assertThat(kept.text()).contains("sleep " + inside.pid());
        inside.destroyForcibly().waitFor();
        assertThat(of(cleanOffline(), worktree(id)).outcome()).isEqualTo(Outcome.REMOVED);
    }

    @Test
    void whatWasSetAsideForNewerWorkGoesLikeAnyOtherOnceItsTaskIsOver() throws IOException {
        String id = UUID.randomUUID().toString();
        JsonObject task = BaseServer.spawnTask(id, "a task", "go")
                .put("repoUrl", repository.directory().toString());
        String patch = WorkplaceTest.addsFile("newer");
        Path go = temp.resolve("go");
        try (DaemonHarness _ = daemon(works("[ ! -e newer ] || until [ -e '" + go + "' ]; do sleep 0.05; done"))) {
            server.send(task.copy().put("fence", 1));
            server.await("taskComplete", id, PATIENCE);
            TestRepository.at(worktree(id)).write("unsaved", "work\n");
            server.send(task.put("resumeSession", true)
                    .put("fence", 3)
                    .put("patchFence", 2)
                    .put("patchData", patch)
                    .put("patchBaseSha", repository.head()));
            Await.until(
                    PATIENCE,
                    "the second run",
                    () -> server.lines(id).stream().anyMatch(line -> line.contains("stays in " + worktree(id))));
            awaitRunning(id);
            assertThat(ours(cleanByDaemon(false))).as("its task is at work").isEmpty();
            Files.createFile(go);
            Await.until(PATIENCE, "its end", () -> server.frames("taskComplete").size() == 2);
            awaitReleased(id);
        }
        Cleaned kept = of(cleanOffline(), worktree(id));
        assertThat(kept.outcome()).isEqualTo(Outcome.KEPT);
        assertThat(kept.text()).contains("uncommitted work");
        Files.delete(worktree(id).resolve("unsaved"));
        assertThat(of(cleanOffline(), worktree(id)).outcome()).isEqualTo(Outcome.REMOVED);
        assertThat(worktree(id)).doesNotExist();
        assertThat(worktree(id).resolveSibling(worktree(id).getFileName() + "-3/newer"))
                .exists();
    }

    @Test
    void anInterruptedTaskKeepsItsWorktree() throws SQLException {
        String id;
        try (DaemonHarness _ = daemon(agents.silent())) {
            id = spawn();
            awaitRunning(id);
            server.send(Peers.interrupt(id, false));
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
            awaitReleased(id);
        }
        Cleaned kept = of(cleanOffline(), worktree(id));
        assertThat(kept.outcome()).isEqualTo(Outcome.KEPT);
        assertThat(kept.text()).contains("can be resumed");
        // Another daemon has it now: nothing is resumed here.
        tell(id, "update task set taken_after = fence where task_id = '" + id + "'");
        Cleaned evidence = of(cleanOffline(), worktree(id));
        assertThat(evidence.outcome()).isEqualTo(Outcome.KEPT);
        assertThat(evidence.text()).contains("given to another daemon").doesNotContain("resumed");
        assertThat(evidence.cure()).contains("makima tasks show " + id).doesNotContain("tasks cleanup");
    }

    @Test
    void aTaskThatTheServerHasNotHeardTheEndOfKeepsItsWorktree() throws IOException {
        String id;
        Path go = temp.resolve("go");
        try (DaemonHarness _ = daemon(works("until [ -e '" + go + "' ]; do sleep 0.05; done"))) {
            id = spawn();
            awaitRunning(id);
            server.close();
            Files.createFile(go);
            Await.until(PATIENCE, "its end", () -> known().unfinished().isEmpty());
        }
        Cleaned kept = of(cleanOffline(), worktree(id));
        assertThat(kept.outcome()).isEqualTo(Outcome.KEPT);
        assertThat(kept.text()).contains("has not acknowledged");
        assertThat(spool(id)).exists();
    }

    @Test
    void whereTheDatabaseIsLostNoWorktreeGoesAndNoOutput() throws IOException {
        List<String> ids;
        try (DaemonHarness _ = daemon(works(":"))) {
            ids = Stream.of(spawn(), spawn(), spawn()).toList();
            ids.forEach(id -> server.await("taskComplete", id, PATIENCE));
        }
        try (Stream<Path> files = Files.list(home)) {
            for (Path file : files.filter(one -> one.getFileName().toString().startsWith("daemon.db"))
                    .toList()) {
                Files.delete(file);
            }
        }
        List<Cleaned> all = ours(cleanOffline());
        assertThat(all).noneMatch(one -> one.outcome() == Outcome.REMOVED);
        for (String id : ids) {
            assertThat(of(all, worktree(id)).text()).contains("does not know task " + id);
            assertThat(worktree(id)).exists();
            assertThat(spool(id)).exists();
        }
    }

    @Test
    void agentsOfALostDatabaseAreNamedAndEndOnlyWhenAPersonNamesTheirTask() throws IOException {
        String id;
        try (DaemonHarness _ = daemon(agents.silent())) {
            id = spawn();
            awaitRunning(id);
        }
        List<Long> agent = Peers.processes(home);
        assertThat(agent).isNotEmpty();
        try (Stream<Path> files = Files.list(home)) {
            for (Path file : files.filter(one -> one.getFileName().toString().startsWith("daemon.db"))
                    .toList()) {
                Files.delete(file);
            }
        }
        Files.delete(home.resolve("instance-id"));
        try (LogListener log = LogListener.to("dev.makima.daemon.upkeep.Leftovers");
                DaemonHarness _ = daemon(agents.silent())) {
            log.await(PATIENCE, "a warning", text -> text.contains(id) && text.contains("makima daemon --stop-task"));
            assertThat(cleanByDaemon(false))
                    .filteredOn(one -> one.kind().equals("processes"))
                    .singleElement()
                    .satisfies(one -> {
                        assertThat(one.outcome()).isEqualTo(Outcome.KEPT);
                        assertThat(one.cure()).contains("makima daemon --stop-task " + id);
                    });
            assertThat(Peers.processes(home)).containsAll(agent);
            new DaemonStop(home, _ -> {}).end(id);
            Await.until(PATIENCE, "they end", () -> agent.stream().noneMatch(Await::alive));
            assertThat(worktree(id)).exists();
            assertThat(spool(id)).exists();
        }
    }

    @Test
    void eventsThatTheServerRefusedGoAfterTheirTime() throws Exception {
        done(works(":"));
        try (Database database = StateFile.openWhole(home.resolve("daemon.db"))) {
            Work<Integer> aside = session -> session.update(
                    "insert into outbox (epoch, after_output, frame, added_at, set_aside, set_aside_at)"
                            + " values ('e', 0, '{\"type\":\"x\"}', 0, 'no', ?), ('e', 0, '{}', 0, 'no', ?)",
                    Instant.now(),
                    Instant.now().minus(Duration.ofDays(365)));
            database.write(aside).toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
        assertThat(cleanOffline())
                .filteredOn(one -> one.kind().equals("events"))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.outcome()).isEqualTo(Outcome.REMOVED);
                    assertThat(one.subject()).startsWith("1 event ");
                });
        assertThat(known().asideEvents()).hasSize(1);
    }

    @Test
    void aDirectoryThatIsNoTasksStays() throws IOException {
        String id = done(works(":"));
        Path mine = Files.createDirectories(home.resolve("worktrees/my-own"));
        Files.writeString(mine.resolve("notes"), "mine");
        List<Cleaned> all = cleanOffline();
        assertThat(of(all, mine).outcome()).isEqualTo(Outcome.KEPT);
        assertThat(mine.resolve("notes")).exists();
        assertThat(worktree(id)).doesNotExist();
    }

    @Test
    void processesOfARunThatIsOverAreEndedAndThoseOfALiveOneAreNot() throws Exception {
        String over = done(works(":"));
        String run = known().runs().getFirst().runId().toString();
        String stranger = UUID.randomUUID().toString();
        Process zombie = sleeper(temp, run);
        Process other = sleeper(temp, stranger);
        String live;
        try (DaemonHarness _ = daemon(agents.silent())) {
            live = spawn();
            awaitRunning(live);
            List<Long> working = Peers.processes(home);
            List<Cleaned> all = cleanByDaemon(false);
            assertThat(all)
                    .filteredOn(one -> one.kind().equals("processes"))
                    .singleElement()
                    .satisfies(one -> {
                        assertThat(one.outcome()).isEqualTo(Outcome.REMOVED);
                        assertThat(one.subject()).contains("sleep " + zombie.pid());
                        assertThat(one.text()).contains(over);
                    });
            assertThat(zombie.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(other.isAlive()).isTrue();
            assertThat(Peers.processes(home)).containsAll(working);
            server.send(Peers.interrupt(live, false));
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
        }
    }

    @Test
    void outputOfNoKnownRunGoesOnlyWhenItIsOldAndNoDatabaseWasSetAside() throws IOException {
        done(works(":"));
        Path lost = Files.createDirectories(home.resolve("spool")
                .resolve(UUID.randomUUID().toString())
                .resolve(UUID.randomUUID().toString()));
        Path out = Files.writeString(lost.resolve("out"), "output\n");
        assertThat(of(cleanOffline(), lost).text()).contains("it is kept until");

        FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(10)));
        Path aside = Files.writeString(home.resolve("daemon.db.set-aside-20260101T000000Z"), "");
        Files.setLastModifiedTime(out, old);
        Files.setLastModifiedTime(lost, old);
        assertThat(of(cleanOffline(), lost).text()).contains(aside.toString());
        Files.delete(aside);

        assertThat(of(cleanOffline(), lost).outcome()).isEqualTo(Outcome.REMOVED);
        assertThat(lost.getParent()).doesNotExist();
    }

    @Test
    void oldOutputOfNoKnownRunStaysWhileItsTaskOrAnyOfItsProcessesLives() throws Exception {
        String live;
        try (DaemonHarness _ = daemon(agents.silent())) {
            live = spawn();
            awaitRunning(live);
        }
        Path ofTask = oldSpool(live);
        Path ofProcess = oldSpool(UUID.randomUUID().toString());
        Process process = sleeper(temp, ofProcess.getFileName().toString());
        List<Cleaned> all = cleanOffline();
        assertThat(of(all, ofTask).text()).contains("its task " + live + " is not over");
        assertThat(of(all, ofProcess).text()).contains("processes of its run live");
        assertThat(ofTask).exists();
        assertThat(ofProcess).exists();

        process.destroyForcibly().waitFor();
        try (DaemonHarness _ = daemon(agents.silent())) {
            server.send(Peers.interrupt(live, false));
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
        }
        assertThat(of(cleanOffline(), ofTask).outcome()).isEqualTo(Outcome.REMOVED);
        assertThat(ofProcess).doesNotExist();
    }

    /** Of a run that no database knows, and unchanged for longer than such are kept. */
    private Path oldSpool(String id) throws IOException {
        Path run = Files.createDirectories(spool(id).resolve(UUID.randomUUID().toString()));
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(10)));
        Files.setLastModifiedTime(Files.writeString(run.resolve("out"), "output\n"), old);
        Files.setLastModifiedTime(run, old);
        return run;
    }

    @Test
    void acknowledgedOutputGoesAfterItsTimeWithItsRow() {
        String id = done(works(":"));
        assertThat(cleanOffline(true, new JsonObject()))
                .noneMatch(one -> one.kind().equals("spool"));
        JsonObject none = new JsonObject().put("spool", new JsonObject().put("retentionHours", 0));
        assertThat(cleanOffline(false, none))
                .anyMatch(one -> one.kind().equals("spool") && one.outcome() == Outcome.REMOVED);
        assertThat(spool(id)).doesNotExist();
        assertThat(known().runs()).isEmpty();
    }

    @Test
    void whatARemovalThatWasCutShortLeftGoesAndATasksOwnDirectoryStays() throws IOException {
        String id;
        try (DaemonHarness _ = daemon(works("echo result >file"))) {
            id = UUID.randomUUID().toString();
            server.send(BaseServer.spawnTask(id, "a task", "go"));
            server.await("taskComplete", id, PATIENCE);
        }
        Path going = Files.createDirectories(home.resolve("temp/.going-" + UUID.randomUUID()));
        Files.writeString(going.resolve("rest"), "x");
        assertThat(of(cleanOffline(), going).outcome()).isEqualTo(Outcome.REMOVED);
        assertThat(going).doesNotExist();
        assertThat(home.resolve("temp/task-" + id).resolve("file")).exists();
    }

    @Test
    void aTaskThatIsStartedAgainWhileItsWorktreeGoesBeginsAfterThatWithAWholeOne() throws Exception {
        Path go = temp.resolve("go");
        Path begun = temp.resolve("begun");
        JsonObject trusting = tornDownSlowly(begun, go);
        try (DaemonHarness _ = daemon(works("git commit -q --allow-empty -m x"), trusting)) {
            String id = spawn();
            server.await("taskComplete", id, PATIENCE);
            awaitReleased(id);
            Future<List<Cleaned>> cleaning = CompletableFuture.supplyAsync(() -> cleanByDaemon(false));
            Await.file(begun, PATIENCE);
            server.send(BaseServer.spawnTask(id, "a task", "go")
                    .put("repoUrl", repository.directory().toString()));
            server.pingAndAwaitPong(PATIENCE);
            assertThat(known().unfinished()).isEmpty();
            Files.createFile(go);
            assertThat(of(cleaning.get(20, TimeUnit.SECONDS), worktree(id)).outcome())
                    .isEqualTo(Outcome.REMOVED);
            Await.until(
                    PATIENCE,
                    "the second end",
                    () -> server.frames("taskComplete").size() == 2);
            assertThat(server.frames("taskComplete").getLast().getBoolean("success"))
                    .isTrue();
            assertThat(worktree(id).resolve(".git")).exists();
        }
    }

    @Test
    void aCopyOfTheProgramGoesWhenNobodyHoldsItAndNobodyStartedItForLong() throws Exception {
        Path copy = Files.createDirectories(home.resolve("lib").resolve("0123abcd"));
        Files.writeString(copy.resolve("makima.jar"), "x");
        Path used = Files.writeString(copy.resolve("used"), "");
        assertThat(ours(cleanOffline())).isEmpty();

        Files.setLastModifiedTime(used, FileTime.from(Instant.now().minus(Duration.ofDays(10))));
        Path held = temp.resolve("held");
        Process holder = new ProcessBuilder(
                        "flock", "-o", used.toString(), "sh", "-c", "touch " + held + "; exec sleep 600")
                .start();
        started.add(holder);
        Await.file(held, PATIENCE);
        assertThat(ours(cleanOffline())).isEmpty();
        assertThat(copy.resolve("makima.jar")).exists();

        holder.descendants().forEach(ProcessHandle::destroyForcibly);
        holder.destroyForcibly().waitFor();
        assertThat(of(cleanOffline(), copy).outcome()).isEqualTo(Outcome.REMOVED);
        assertThat(copy).doesNotExist();
    }

    @Test
    void aWorktreeWaitsForTheLastEventThoughAllOutputIsAcknowledged() throws Exception {
        String id = done(works(":"));
        // One that was made when the run was over, as by a command.
        tell(id, "insert into outbox (task_id, after_output, frame, added_at) values ('" + id + "', 0, '{}', 0)");
        Cleaned kept = of(cleanOffline(), worktree(id));
        assertThat(kept.outcome()).isEqualTo(Outcome.KEPT);
        assertThat(kept.text()).contains("all events");
        assertThat(worktree(id)).exists();
        tell(id, "delete from outbox where task_id = '" + id + "'");
        assertThat(of(cleanOffline(), worktree(id)).outcome()).isEqualTo(Outcome.REMOVED);
    }

    private void tell(String id, String sql) throws SQLException {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("daemon.db"))) {
            assertThat(database.createStatement().executeUpdate(sql)).as(id).isEqualTo(1);
        }
    }

    @Test
    void whatIsWrittenWhileAWorktreeIsTornDownStaysThoughACheckpointHeldAllBefore() throws Exception {
        Path go = temp.resolve("go");
        Path begun = temp.resolve("begun");
        JsonObject trusting = tornDownSlowly(begun, go);
        try (DaemonHarness _ = daemon(works(":"), trusting)) {
            String id = spawn();
            server.await("taskComplete", id, PATIENCE);
            awaitReleased(id);
            TestRepository.at(worktree(id)).write("unsaved", "work\n");
            checkpoint(id);
            Future<List<Cleaned>> cleaning = CompletableFuture.supplyAsync(() -> cleanByDaemon(false));
            Await.file(begun, PATIENCE);
            TestRepository.at(worktree(id)).write("later", "more\n");
            Files.createFile(go);
            Cleaned kept = of(cleaning.get(20, TimeUnit.SECONDS), worktree(id));
            assertThat(kept.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(kept.text()).contains("meanwhile");
            assertThat(worktree(id).resolve("later")).exists();
        }
    }

    @Test
    void aWorktreeStaysWhoseSubmoduleHasARepositoryInIt() {
        TestRepository.create(temp.resolve("part"));
        String id = done(works("git -c protocol.file.allow=always submodule --quiet add " + temp.resolve("part")
                + " part\n(cd part && git commit -q --allow-empty -m here)\ngit add -A\ngit commit -q -m sub"));
        Cleaned kept = of(cleanOffline(), worktree(id));
        assertThat(kept.outcome()).isEqualTo(Outcome.KEPT);
        assertThat(kept.text()).contains("submodule");
        assertThat(worktree(id).resolve("part/.git")).exists();
    }

    private JsonObject tornDownSlowly(Path begun, Path go) {
        repository.commit(
                ".makima/project.toml",
                "[teardown]\nrun = [[\"sh\", \"-c\", \"touch " + begun + "; until [ -e " + go
                        + " ]; do sleep 0.05; done\"]]\n",
                "Say how to tear down");
        JsonArray trusted = new JsonArray().add(repository.directory().toString());
        return new JsonObject().put("worktree", new JsonObject().put("trustedRepos", trusted));
    }

    @Test
    void inADaemonsPlaceNobodyCleansUpWhileItRuns() {
        try (DaemonHarness daemon = daemon(agents.silent())) {
            assertThat(daemon.home()).isDirectory();
            assertThatThrownBy(this::cleanOffline)
                    .isInstanceOf(MakimaException.class)
                    .hasMessageContaining("another daemon works on");
        }
        // Nor where one with a home of its own has its worktrees in the same place.
        try (StateDirectory other = StateDirectory.take(temp.resolve("other"));
                WorktreesLock _ = WorktreesLock.take(home.resolve("worktrees"), other)) {
            assertThatThrownBy(this::cleanOffline)
                    .isInstanceOf(MakimaException.class)
                    .hasMessageContaining("another daemon has its worktrees in")
                    .hasMessageContaining(other.path().toString());
        }
        assertThat(ours(cleanOffline())).isEmpty();
    }
}
