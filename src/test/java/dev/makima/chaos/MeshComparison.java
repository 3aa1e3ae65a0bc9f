package dev.makima.chaos;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Tasks that went from daemon to daemon, at the end: what server and daemons have against what agents did. */
final class MeshComparison {
    /** An agent's pause of 50 ms on a machine with much to do, in seconds. */
    private static final double NEAR = 0.3;
    /** So often in such a time, by the end of the one and the beginning of the other. */
    private static final int SOME = 8;

    private final Findings findings;
    private final ServerDatabase database;
    private final List<Worker> workers;
    private final boolean restored;

    MeshComparison(Findings findings, ServerDatabase database, List<Worker> workers, boolean restored) {
        this.findings = findings;
        this.database = database;
        this.workers = workers;
        this.restored = restored;
    }

    /** The directories of all agents that were started for the task. */
    static List<Path> launches(List<Worker> workers, String taskId) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Worker worker : workers) {
            for (Path run : list(worker.spool().resolve(taskId))) {
                list(run).stream()
                        .filter(path -> path.getFileName().toString().startsWith("launch-"))
                        .forEach(found::add);
            }
        }
        return found;
    }

    void compare(List<MeshWork> works, Api api) throws IOException, SQLException, InterruptedException {
        for (MeshWork work : works) {
            List<MeshWork.Shift> shifts = work.shifts();
            alone(work, shifts);
            evidence(work, shifts);
            if (restored && !work.inCopy()) {
                keptWhole(work, shifts);
                continue;
            }
            JsonObject task = api.task(work.taskId());
            state(work, task);
            output(work);
            numbers(work, shifts);
            baggage(work, shifts);
        }
    }

    /** No two agents of a task are at work at once, though their daemon be dead. */
    private void alone(MeshWork work, List<MeshWork.Shift> shifts) throws IOException {
        for (MeshWork.Shift one : shifts) {
            for (MeshWork.Shift other : shifts) {
                if (one.first() >= other.first()) {
                    continue;
                }
                List<Double> both = new ArrayList<>();
                for (double beat : one.beats()) {
                    if (isNear(beat, other.beats())) {
                        both.add(beat);
                    }
                }
                findings.expect(
                        both.size() <= SOME,
                        name(work) + "agents " + one.pid() + " and " + other.pid() + " were at work " + both.size()
                                + " times at once: " + both);
            }
        }
    }

    private static boolean isNear(double beat, List<Double> others) {
        return others.stream().anyMatch(other -> Math.abs(beat - other) < NEAR);
    }

    private int workerOf(Path place) {
        for (int i = 0; i < workers.size(); i++) {
            if (place.startsWith(workers.get(i).home())) {
                return i;
            }
        }
        throw new AssertionError("an agent worked in " + place);
    }

    /** Where an agent has worked stays, with all that it did, whoever has the task now. */
    private void evidence(MeshWork work, List<MeshWork.Shift> shifts) throws IOException {
        for (MeshWork.Shift shift : shifts) {
            Path progress = work.place(shift).resolve("progress");
            long there = Files.exists(progress)
                    ? Files.readAllLines(progress).stream()
                            .filter(shift.pid()::equals)
                            .count()
                    : 0;
            // The last line may be missing where the agent was killed between its two notes.
            findings.expect(
                    there >= shift.beats().size() - 1,
                    name(work) + "of what agent " + shift.pid() + " did "
                            + shift.beats().size() + " times, " + there + " are left in " + progress);
        }
    }

    /** The server knows nothing of it: its daemon has all of it, and has not done it again. */
    private void keptWhole(MeshWork work, List<MeshWork.Shift> shifts) throws IOException {
        boolean whole = shifts.isEmpty();
        for (Path launch : launches(workers, work.taskId())) {
            whole |= Arrays.equals(work.agent().stdout(), Files.readAllBytes(launch.resolveSibling("out")));
        }
        findings.expect(whole, name(work) + "is not in the database, and no daemon has all of its output");
    }

    private void state(MeshWork work, JsonObject task) {
        int exit = work.agent().exit();
        String status = task.getString("status");
        String error = String.valueOf(task.getString("errorMessage"));
        String how = exit > 128 ? "signal " + (exit - 128) : "exit code " + exit;
        findings.expect(
                exit == 0 ? status.equals("done") : status.equals("failed") && error.contains(how),
                name(work) + "exit code " + exit + " became " + status + ": " + error);
    }

    /** The last run has all; of every other the server has what its daemon wrote, from the first byte on. */
    private void output(MeshWork work) throws IOException, SQLException {
        List<ServerDatabase.RunRow> runs = database.runs(work.taskId());
        for (ServerDatabase.RunRow run : runs) {
            boolean last = run.equals(runs.getLast());
            for (String stream : List.of("stdout", "stderr")) {
                byte[] has = database.output(run.id(), stream);
                byte[] all = stream.equals("stdout")
                        ? work.agent().stdout()
                        : work.agent().stderr();
                Optional<Path> file = spool(work, run.id(), stream.equals("stdout") ? "out" : "err");
                byte[] written = file.isPresent() ? Files.readAllBytes(file.get()) : new byte[0];
                String which = name(work) + "run " + run.id() + " by hand-over " + run.fence() + ": " + stream + ": ";
                begins(which + "the server against the spool", has, written);
                begins(which + "the spool against the agent", written, all);
                if (last) {
                    findings.expect(
                            has.length == all.length,
                            which + has.length + " bytes of the last run in place of " + all.length);
                }
            }
        }
    }

    private void begins(String what, byte[] has, byte[] whole) {
        int differs = Arrays.mismatch(has, whole);
        findings.expect(
                differs < 0 || differs == has.length,
                what + ": " + has.length + " bytes, the first that differs is " + differs);
    }

    private Optional<Path> spool(MeshWork work, String runId, String file) {
        return workers.stream()
                .map(worker ->
                        worker.spool().resolve(work.taskId()).resolve(runId).resolve(file))
                .filter(Files::exists)
                .findFirst();
    }

    /** One agent for each hand-over at most, and no hand-over's number is used by two runs. */
    private void numbers(MeshWork work, List<MeshWork.Shift> shifts) throws IOException, SQLException {
        List<Path> launches = launches(workers, work.taskId());
        long fence = database.number(
                "select case when fence < fence_seen then fence_seen else fence end from task where id = ?",
                work.taskId());
        findings.expect(
                launches.size() <= fence,
                name(work) + launches.size() + " agents were started by " + fence + " hand-overs");
        findings.expect(
                launches.size()
                        == launches.stream().map(Path::getParent).distinct().count(),
                name(work) + "a run has started more than one agent: " + launches);
        findings.expect(
                shifts.size() <= launches.size(),
                name(work) + shifts.size() + " agents were at work, " + launches.size() + " were started");
        List<Long> numbers = new ArrayList<>();
        for (Worker worker : workers) {
            numbers.addAll(new ServerDatabase(worker.home().resolve(".makima/daemon.db")).numbers(work.taskId()));
        }
        findings.expect(
                numbers.size() == numbers.stream().distinct().count(),
                name(work) + "a hand-over's number was used twice: " + numbers);
    }

    /** Who takes a task over gets what was said, and the newest checkpoint. */
    private void baggage(MeshWork work, List<MeshWork.Shift> shifts) throws IOException, SQLException {
        List<ServerDatabase.RunRow> runs = database.runs(work.taskId());
        for (int i = 1; i < shifts.size(); i++) {
            MeshWork.Shift now = shifts.get(i);
            MeshWork.Shift before = shifts.get(i - 1);
            Optional<ServerDatabase.RunRow> run = runOf(work, now, runs);
            Optional<ServerDatabase.RunRow> earlier = runOf(work, before, runs);
            // Agents may show themselves in another order than they were started in.
            if (run.isEmpty()
                    || earlier.isEmpty()
                    || earlier.get().fence() >= run.get().fence()
                    || workerOf(work.place(now)) == workerOf(work.place(before))) {
                continue;
            }
            if (!restored && database.output(earlier.get().id(), "stdout").length > 200) {
                findings.expect(
                        work.plan(now).contains("line 0 begins"),
                        name(work) + "agent " + now.pid() + " was not told what was said before");
            }
            long checkpoints = database.number(
                    "select count(*) from checkpoint where task_id = ? and patch_data is not null and created_at < ?",
                    work.taskId(),
                    run.get().createdAt() - 1000);
            if (!restored && checkpoints > 0) {
                findings.expect(
                        work.found(now).contains(before.pid()),
                        name(work) + "agent " + now.pid() + " has found nothing of what agent " + before.pid()
                                + " did, though" + " there were " + checkpoints + " checkpoints");
            }
        }
    }

    /** Which run the agent's was: that of the launch with its process id. */
    private Optional<ServerDatabase.RunRow> runOf(MeshWork work, MeshWork.Shift shift, List<ServerDatabase.RunRow> runs)
            throws IOException {
        for (Path launch : launches(workers, work.taskId())) {
            Path id = launch.resolve("id");
            if (Files.exists(id) && Files.readString(id).startsWith(shift.pid() + " ")) {
                String run =
                        Objects.requireNonNull(launch.getParent()).getFileName().toString();
                return runs.stream().filter(row -> row.id().equals(run)).findFirst();
            }
        }
        return Optional.empty();
    }

    private static List<Path> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> inside = Files.list(directory)) {
            return inside.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static String name(MeshWork work) {
        return "task " + work.taskId() + " (" + work.agent().directory().getFileName() + "): ";
    }
}
