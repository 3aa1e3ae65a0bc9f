package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.Heartbeat;
import dev.makima.protocol.HeartbeatAck;
import dev.makima.protocol.InterruptTask;
import dev.makima.protocol.RegisterToolKey;
import dev.makima.protocol.RunLease;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskRecoveryDetected;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import dev.makima.testkit.Checkpoints;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which daemon a task goes to where it has work to go on with, and what it takes along; supervisors and their members. */
class WhoGetsATaskTest extends ServerBench {
    /** The next frame of that kind, whatever else comes before it. */
    private static <T extends ServerFrame> T next(ScriptedDaemon daemon, Class<T> kind) {
        ServerFrame frame = daemon.next();
        while (!kind.isInstance(frame)) {
            frame = daemon.next();
        }
        return kind.cast(frame);
    }

    private SpawnTask run(ScriptedDaemon daemon) {
        return daemon.run(server, next(daemon, SpawnTask.class));
    }

    private String continuing(TaskId earlier) {
        return server.post(
                        "/mesh/tasks",
                        new JsonObject()
                                .put("plan", "go on")
                                .put("continueFromTaskId", earlier.toString())
                                .put("start", true),
                        201)
                .getString("id");
    }

    @Test
    void itGoesWhereTheWorkIsThatItContinuesFrom() {
        try (ScriptedDaemon idle = ScriptedDaemon.streaming(server, "m2", 0)) {
            TaskId earlier;
            try (ScriptedDaemon worked = ScriptedDaemon.streaming(server, "m1", 5)) {
                server.task("earlier");
                earlier = run(worked).taskId();
                server.task("another");
                run(worked);
                worked.send(Checkpoints.withPatch(earlier, "work").withEventId("1-1"));
                worked.send(TaskComplete.success(earlier));
                server.taskWith(earlier.toString(), "done");
                try (ScriptedDaemon free = ScriptedDaemon.streaming(server, "m3", 5)) {
                    String next = continuing(earlier);
                    SpawnTask here = run(worked);
                    assertThat(here.taskId()).hasToString(next);
                    assertThat(here.patchData()).isNull();
                    assertThat(free.received).isEmpty();
                }
            }
            assertThat(idle.received).isEmpty();
            try (ScriptedDaemon other = ScriptedDaemon.streaming(server, "m4", 5)) {
                String next = continuing(earlier);
                SpawnTask elsewhere = run(other);
                assertThat(elsewhere.taskId()).hasToString(next);
                assertThat(elsewhere.patchData()).isEqualTo(Checkpoints.PATCH);
                assertThat(elsewhere.patchBaseSha()).isEqualTo("b".repeat(40));
                assertThat(elsewhere.conversationHistory()).isNull();
            }
        }
    }

    private JsonObject contract() {
        return server.post("/contracts", new JsonObject().put("name", "whole"), 201);
    }

    private String member(TaskId leader, String contractId) {
        return server.post(
                        "/mesh/tasks",
                        new JsonObject()
                                .put("plan", "a part")
                                .put("contractId", contractId)
                                .put("parentTaskId", leader.toString())
                                .put("start", true),
                        201)
                .getString("id");
    }

    @Test
    void withOnePlaceASupervisorDoesNotKeepItFromItsMember() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            String contract = contract().getString("id");
            SpawnTask leader = run(daemon);
            assertThat(leader.isSupervisor()).isTrue();
            String one = member(leader.taskId(), contract);
            assertThat(run(daemon).taskId()).hasToString(one);
            String two = member(leader.taskId(), contract);
            daemon.send(TaskComplete.success(TaskId.of(one)));
            assertThat(next(daemon, SpawnTask.class).taskId()).hasToString(two);
        }
    }

    @Test
    void aSupervisorWhoseDaemonIsLostGoesToAnotherAndItsMembersKnowWhereItIs() {
        String contract = contract().getString("id");
        try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 5)) {
            SpawnTask leader = run(first);
            first.send(new RegisterToolKey(leader.taskId(), "5".repeat(64), "1-1", null));
            try (ScriptedDaemon second = ScriptedDaemon.streaming(server, "m2", 5)) {
                first.send(new TaskRecoveryDetected(
                        leader.taskId(), TaskState.RUNNING, false, null, true, "1-2", leader.fence()));
                SpawnTask again = run(second);
                assertThat(again.taskId()).isEqualTo(leader.taskId());
                assertThat(again.isSupervisor()).isTrue();
                assertThat(again.resumeSession()).isTrue();
                assertThat(Objects.requireNonNull(again.fence())).isGreaterThan(Objects.requireNonNull(leader.fence()));

                // The second has none that counts, and the first none at all: one goes to each.
                member(leader.taskId(), contract);
                member(leader.taskId(), contract);
                SpawnTask away = run(first);
                assertThat(away.supervisorWorktreeTaskId()).isEqualTo(leader.taskId());
                SpawnTask beside = run(second);
                assertThat(beside.supervisorWorktreeTaskId()).isNull();

                // Stopped and started again it goes where its worktree is, though the other has no more to do.
                String id = leader.taskId().toString();
                server.post("/mesh/tasks/" + id + "/stop", new JsonObject(), 200);
                next(second, InterruptTask.class);
                second.send(TaskStatusChange.of(leader.taskId(), TaskState.RUNNING, TaskState.INTERRUPTED));
                server.taskWith(id, "interrupted");
                server.post("/mesh/tasks/" + id + "/start", new JsonObject(), 200);
                assertThat(run(second).taskId()).isEqualTo(leader.taskId());
            }
        }
    }

    private static void lose(ScriptedDaemon daemon, SpawnTask spawn, String eventId) {
        daemon.send(
                new TaskRecoveryDetected(spawn.taskId(), TaskState.RUNNING, false, null, true, eventId, spawn.fence()));
    }

    private static HeartbeatAck work(ScriptedDaemon daemon, SpawnTask spawn) {
        long fence = Objects.requireNonNull(spawn.fence());
        RunLease run = new RunLease(spawn.taskId(), new RunId(UUID.randomUUID()), fence);
        daemon.send(new Heartbeat(List.of(spawn.taskId()), fence, List.of(run)));
        return next(daemon, HeartbeatAck.class);
    }

    @Test
    void aDaemonThatHasATaskAgainGetsWhatAnotherSavedSinceAndByWhichHandOver() {
        try (ScriptedDaemon second = ScriptedDaemon.streaming(server, "m2", 2)) {
            // The other one has less to do, and so gets the task where both have lost it.
            server.task("another");
            run(second);
            try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1)) {
                server.task("one");
                SpawnTask one = next(first, SpawnTask.class);
                assertThat(one.patchFence()).isNull();
                // It had no more than set up its worktree.
                lose(first, one, "1-1");
                SpawnTask two = run(second);
                assertThat(two.patchData()).isNull();
                work(second, two);
                second.send(Checkpoints.withPatch(two.taskId(), "work").withEventId("1-1"));
                next(second, EventAck.class);
                lose(second, two, "1-2");
                SpawnTask three = run(first);
                assertThat(three.fence()).isEqualTo(3);
                assertThat(three.resumeSession()).isTrue();
                assertThat(three.patchData()).isEqualTo(Checkpoints.PATCH);
                assertThat(three.patchFence()).isEqualTo(2);
                // It ends before it has anything of that.
                work(first, three);
                lose(first, three, "1-3");
                SpawnTask four = run(first);
                assertThat(four.patchData()).isEqualTo(Checkpoints.PATCH);
                assertThat(four.patchFence()).isEqualTo(2);
                // With what it saved itself there is nothing to be sent.
                work(first, four);
                first.send(Checkpoints.withPatch(four.taskId(), "work").withEventId("1-4"));
                server.entries(four.taskId().toString(), 2);
                String id = four.taskId().toString();
                server.post("/mesh/tasks/" + id + "/stop", new JsonObject(), 200);
                next(first, InterruptTask.class);
                first.send(TaskStatusChange.of(four.taskId(), TaskState.RUNNING, TaskState.INTERRUPTED));
                server.taskWith(id, "interrupted");
                server.post("/mesh/tasks/" + id + "/retry", new JsonObject(), 200);
                SpawnTask five = next(first, SpawnTask.class);
                assertThat(five.resumeSession()).isTrue();
                assertThat(five.patchData()).isNull();
                assertThat(five.patchFence()).isNull();
            }
        }
    }
}
