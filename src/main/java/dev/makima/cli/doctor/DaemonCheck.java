package dev.makima.cli.doctor;

import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Sizes;
import dev.makima.daemon.bus.StoreStatus;
import dev.makima.daemon.control.ControlClient;
import dev.makima.daemon.store.Inventory;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The daemon: whether one runs, what each part of it says, and what its tasks are at. */
record DaemonCheck(Patient patient) implements Check {
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(7);

    private static final int MOST_NAMED = 5;
    private static final int LONGEST_REASON = 200;

    @Override
    public String subject() {
        return "daemon";
    }

    @Override
    public List<Finding> look() {
        List<Finding> found = new ArrayList<>();
        Optional<JsonObject> status = status(found);
        if (status.isPresent()) {
            found.addAll(parts(status.get()));
        } else if (found.isEmpty()) {
            OptionalLong holder = patient.home().running();
            found.add(
                    holder.isPresent()
                            ? new Finding.Warning(
                                    "daemon",
                                    "process " + holder.getAsLong() + " holds "
                                            + patient.home().directory()
                                            + ", and does not answer at its control socket",
                                    "It starts, hangs, or is an older version: look into its log")
                            : new Finding.Fine(
                                    "daemon", "none runs on " + patient.home().directory()));
        }
        found.addAll(state(status.isPresent() || patient.home().running().isPresent()));
        return found;
    }

    private Optional<JsonObject> status(List<Finding> found) {
        try {
            Optional<ControlClient> client =
                    ControlClient.connect(patient.home().directory());
            if (client.isEmpty()) {
                return Optional.empty();
            }
            try (ControlClient open = client.get()) {
                return Optional.of(open.ask(new JsonObject().put("verb", "status"), ANSWERS_WITHIN));
            }
        } catch (MakimaException e) {
            found.add(new Finding.Wrong("daemon", e.what(), e.cure().orElse("Look into its log")));
            return Optional.empty();
        }
    }

    private static List<Finding> parts(JsonObject status) {
        List<Finding> found = new ArrayList<>();
        JsonObject tasks = status.getJsonObject("tasks", new JsonObject());
        found.add(new Finding.Fine(
                "daemon",
                "process " + status.getLong("pid") + ", started "
                        + Amounts.ago(status.getString("startedAt"), Instant.now()) + ", "
                        + tasks.getInteger("running", 0) + " of " + tasks.getInteger("limit", 0) + " tasks"
                        + (status.getBoolean("draining", false) ? ", draining: it takes no new task" : "")));
        found.add(link(status.getJsonObject("link", new JsonObject())));
        for (String name : List.of("tasks", "store", "upkeep")) {
            JsonObject part = status.getJsonObject(name, new JsonObject());
            if (part.containsKey("error")) {
                found.add(new Finding.Wrong(
                        "daemon", "its part '" + name + "': " + part.getString("error"), "Start the daemon anew"));
            }
        }
        JsonObject store = status.getJsonObject("store", new JsonObject());
        found.add(new Finding.Fine(
                "outbox", Amounts.count(store.getLong("eventsWaiting", 0L), "event") + " wait for the server"));
        JsonArray list = tasks.getJsonArray("list", new JsonArray());
        for (int i = 0; i < list.size(); i++) {
            task(list.getJsonObject(i)).ifPresent(found::add);
        }
        return found;
    }

    private static Finding aside(List<StoreStatus.Aside> events) {
        String newest = String.join(
                "; ",
                events.reversed().stream()
                        .limit(MOST_NAMED)
                        .map(event -> Amounts.ago(event.at().toString(), Instant.now()) + " " + event.type()
                                + (event.taskId() == null ? "" : " of task " + event.taskId()) + ": "
                                + Text.abbreviate(event.reason(), LONGEST_REASON))
                        .toList());
        return new Finding.Warning(
                "outbox",
                Amounts.count(events.size(), "event") + " refused by the server and set aside, the newest first: "
                        + newest,
                "Nothing waits behind them. Check that server and daemon have the same version, and the state of these"
                        + " tasks: makima tasks show ID. After spool.retentionHours they go by themselves");
    }

    private static Finding link(JsonObject link) {
        if (link.containsKey("error")) {
            return new Finding.Wrong("link", link.getString("error"), "Start the daemon anew");
        }
        String server = link.getString("server", "?");
        String since = Amounts.ago(link.getString("since"), Instant.now());
        if (link.getBoolean("connected", false)) {
            return new Finding.Fine(
                    "link",
                    "connected to " + server + " (" + since + "), "
                            + Sizes.bytes(link.getLong("unacknowledgedBytes", 0L)) + " of output to be acknowledged");
        }
        String reason = link.getString("reason");
        String next = link.getString("nextAttempt");
        return new Finding.Wrong(
                "link",
                "not connected to " + server + (reason == null ? "" : ": " + reason)
                        + (next == null ? "" : "; next try at " + next),
                "Check the server, its key and the network; agents go on while their leases last, then"
                        + " stand still until it is back (or are stopped: lease.onExpiry); nothing is lost");
    }

    private static Optional<Finding> task(JsonObject task) {
        String name = "task " + task.getString("taskId") + " (" + task.getString("name", "") + ")";
        if (task.getBoolean("vanished", false)) {
            return Optional.of(new Finding.Wrong(
                    "task",
                    name + ": its directory " + task.getString("directory") + " has vanished",
                    "The daemon gives it back by itself; its branch is still there"));
        }
        if (task.getString("lease", "").equals("unknown")) {
            return Optional.of(new Finding.Wrong(
                    "task",
                    name
                            + ": it works here, and the server does not know it (its database was restored, or is another)",
                    "Connect the daemon to the server that knows it; or end it here, its work stays in its worktree:"
                            + " makima daemon --stop-task " + task.getString("taskId")));
        }
        if (task.getBoolean("silent", false)) {
            @Nullable String spoke = task.getString("lastOutput");
            return Optional.of(new Finding.Warning(
                    "task",
                    name + ": its agent has printed nothing "
                            + (spoke == null
                                    ? "yet"
                                    : "for long: its last word was " + Amounts.ago(spoke, Instant.now())),
                    "It may think, or hang. Look: makima tasks output " + task.getString("taskId")
                            + "; wake it: makima tasks message; or makima tasks stop"));
        }
        return Optional.empty();
    }

    /** What the database tells beside or without a daemon. */
    private List<Finding> state(boolean running) {
        Inventory known;
        try {
            known = patient.home().known();
        } catch (MakimaException e) {
            // What is wrong with the database has a line of its own.
            return List.of();
        }
        List<Finding> found = new ArrayList<>();
        // An event of a task that another daemon has came too late, which is as it should be.
        List<StoreStatus.Aside> refused =
                known.asideEvents().stream().filter(event -> !event.fenced()).toList();
        if (!refused.isEmpty()) {
            found.add(aside(refused));
        }
        if (!running && !known.unfinished().isEmpty()) {
            found.add(new Finding.Warning(
                    "tasks",
                    Amounts.count(known.unfinished().size(), "task") + " not over, and no daemon runs: "
                            + String.join(
                                    ", ",
                                    known.unfinished().stream()
                                            .limit(5)
                                            .map(one -> one.taskId() + " "
                                                    + one.state().wire())
                                            .toList()),
                    "Start the daemon: it goes on with agents that live, and ends or gives back the rest"));
        }
        known.unfinished().stream()
                .filter(task -> task.directory() != null && Files.notExists(task.directory()))
                .filter(_ -> !running)
                .forEach(task -> found.add(new Finding.Wrong(
                        "task",
                        "task " + task.taskId() + " (" + task.name() + "): its directory " + task.directory()
                                + " has vanished",
                        "Start the daemon: it gives the task back; its branch is still there")));
        return found;
    }
}
