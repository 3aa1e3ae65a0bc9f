package dev.makima.server.daemons;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.protocol.AnswerFrame;
import dev.makima.protocol.ApplyPatchToWorktree;
import dev.makima.protocol.Capability;
import dev.makima.protocol.CheckpointCreated;
import dev.makima.protocol.CommandFrame;
import dev.makima.protocol.CompletionActionResult;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.MergeResult;
import dev.makima.protocol.ReadRepoFile;
import dev.makima.protocol.RepoFileContent;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.SpawnRefused;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The commands to daemons of this node that wait for their answers.
 *
 * <p>A daemon that echoes request ids is asked any number of things at once. Of any other one the answers are known by
 * their task and type, so it is asked one thing of a kind about a task at a time. There an answer that did not come in
 * time may still come, and would be taken for the next one's: the next waits until it has come, or can't be meant any
 * more.
 *
 * <p>To be used on one event loop.
 */
public final class Questions {
    /** How many commands to one daemon may wait for their answers. */
    static final int MAX = 64;

    private static final System.Logger LOG = System.getLogger(Questions.class.getName());
    /** How many times the time for an answer a missing one holds up others of its kind. */
    private static final int OVERDUE_TIMES = 4;

    private final Vertx vertx;
    private final Map<UUID, Question> byId = new LinkedHashMap<>();
    private final Map<Lane, Deque<Question>> lanes = new HashMap<>();
    private final Map<UUID, Integer> counts = new HashMap<>();

    private record Lane(UUID daemonId, @Nullable TaskId taskId, Class<? extends DaemonFrame> type) {}

    /** No questions so far. */
    public Questions(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Asks a daemon.
     *
     * @param within how long to wait
     * @return the answer, whatever it says; fails with TIMEOUT, with UNAVAILABLE where the connection is lost, with
     *     RATE_LIMITED where too much waits already
     */
    Future<DaemonFrame> ask(DaemonConnection socket, ServerFrame command, Duration within) {
        UUID daemonId = socket.daemonId();
        if (counts.getOrDefault(daemonId, 0) >= MAX) {
            return Future.failedFuture(new MakimaException(
                    ErrorCode.RATE_LIMITED,
                    "daemon " + daemonId + " has " + MAX + " commands to answer already",
                    "Try again when it has answered some"));
        }
        boolean ids = command instanceof ReadRepoFile || socket.has(Capability.REQUEST_ID);
        if (!ids && command instanceof ApplyPatchToWorktree patch) {
            return toldInOutput(socket, patch);
        }
        UUID id = command instanceof ReadRepoFile file ? file.requestId() : UUID.randomUUID();
        ServerFrame sent = ids && command instanceof CommandFrame asked ? asked.withRequestId(id) : command;
        Question question = new Question(daemonId, id, sent);
        counts.merge(daemonId, 1, Integer::sum);
        question.promise().future().onComplete(done -> {
            vertx.cancelTimer(question.timer());
            counts.computeIfPresent(daemonId, (_, count) -> count > 1 ? count - 1 : null);
        });
        question.timer(vertx.setTimer(within.toMillis(), late -> expire(question, within)));
        if (ids) {
            byId.put(id, question);
            send(socket, question);
        } else {
            Deque<Question> lane = lanes.computeIfAbsent(lane(question), _ -> new ArrayDeque<>());
            lane.add(question);
            if (lane.size() == 1) {
                send(socket, question);
            }
        }
        return question.promise().future();
    }

    /** Without a request id this command has no answer but a line of the task's output. */
    private static Future<DaemonFrame> toldInOutput(DaemonConnection socket, ApplyPatchToWorktree command) {
        return socket.send(command)
                .map(sent -> new MergeResult(
                        command.targetTaskId(),
                        true,
                        "the patch is with the daemon, which tells in the task's output what comes of it",
                        null,
                        null,
                        null,
                        null,
                        null));
    }

    /** A frame has come that may be an answer; it was applied already. */
    void answered(DaemonConnection socket, DaemonFrame frame) {
        UUID id = idOf(frame);
        if (id != null) {
            answeredById(socket.daemonId(), id, frame);
        } else if (frame instanceof AnswerFrame) {
            answeredInLane(socket, frame);
        }
    }

    /** A frame that may be an answer was refused: who asked is told, and waits no more. */
    void refused(UUID daemonId, DaemonFrame frame, String reason) {
        UUID id = idOf(frame);
        Question question = id == null ? null : byId.get(id);
        if (question != null && question.daemonId().equals(daemonId) && question.isAnsweredBy(frame)) {
            byId.remove(question.id());
            question.fail(
                    ErrorCode.CONFLICT,
                    "has answered what does not count any more (" + reason + ")",
                    "Look at the task: another daemon may have it now");
        }
    }

    /**
     * The daemon's connection is lost. What it offers again until it is acknowledged is still waited for.
     *
     * @param repeats whether it offers events again
     */
    void gone(UUID daemonId, boolean repeats) {
        List.copyOf(byId.values()).stream()
                .filter(question -> question.daemonId().equals(daemonId))
                .filter(question -> !repeats || !AnswerTypes.repeated(question.command()))
                .forEach(question -> {
                    byId.remove(question.id());
                    lost(question);
                });
        List.copyOf(lanes.keySet()).stream()
                .filter(lane -> lane.daemonId().equals(daemonId))
                .forEach(lane -> {
                    Deque<Question> questions = lanes.remove(lane);
                    if (questions != null) {
                        questions.forEach(Questions::lost);
                    }
                });
    }

    private void answeredById(UUID daemonId, UUID id, DaemonFrame frame) {
        Question question = byId.get(id);
        if (question == null && frame instanceof RepoFileContent) {
            // Files are read for documents too, for which nobody waits here.
            return;
        }
        if (question == null) {
            dropped(daemonId, frame, "nobody waits for it any more");
        } else if (!question.daemonId().equals(daemonId) || !question.isAnsweredBy(frame)) {
            dropped(daemonId, frame, "it does not answer " + question.name());
        } else {
            byId.remove(id);
            question.promise().tryComplete(frame);
        }
    }

    private void answeredInLane(DaemonConnection socket, DaemonFrame frame) {
        for (Map.Entry<Lane, Deque<Question>> entry : lanes.entrySet()) {
            Question first = entry.getValue().peek();
            if (first == null || !first.daemonId().equals(socket.daemonId()) || !first.isAnsweredBy(frame)) {
                continue;
            }
            if (first.overdue()) {
                dropped(socket.daemonId(), frame, "nobody waits for it any more");
            }
            first.promise().tryComplete(frame);
            vertx.cancelTimer(first.timer());
            next(socket, entry.getKey());
            return;
        }
        // These come unasked too: at the end of a run, and for what the daemon saves by itself.
        boolean unasked = frame instanceof CheckpointCreated
                || frame instanceof CompletionActionResult
                || frame instanceof SpawnRefused;
        if (!unasked) {
            dropped(socket.daemonId(), frame, "nobody waits for it");
        }
    }

    private void next(DaemonConnection socket, Lane name) {
        Deque<Question> lane = lanes.get(name);
        if (lane == null) {
            return;
        }
        lane.poll();
        Question following = lane.peek();
        if (following == null) {
            lanes.remove(name);
        } else {
            send(socket, following);
        }
    }

    private void send(DaemonConnection socket, Question question) {
        question.socket(socket);
        socket.send(question.command()).onFailure(failure -> {
            byId.remove(question.id());
            lost(question);
        });
    }

    private void expire(Question question, Duration within) {
        byId.remove(question.id());
        question.fail(
                ErrorCode.TIMEOUT,
                "has not answered within " + within.toSeconds() + " s",
                "It may still carry it out: look at the task before you try again");
        Lane name = lane(question);
        Deque<Question> lane = lanes.get(name);
        if (lane == null || !lane.contains(question)) {
            return;
        }
        DaemonConnection socket = question.socket();
        if (socket == null) {
            lane.remove(question);
            return;
        }
        question.expire();
        question.timer(vertx.setTimer(OVERDUE_TIMES * within.toMillis(), forgotten -> {
            Deque<Question> now = lanes.get(name);
            if (now != null && now.peek() == question) {
                next(socket, name);
            }
        }));
    }

    private static void lost(Question question) {
        question.fail(
                ErrorCode.UNAVAILABLE,
                "has disconnected before it answered",
                "When it is back, look at the task: it may have been carried out");
    }

    private static Lane lane(Question question) {
        return new Lane(
                question.daemonId(), AnswerTypes.task(question.command()), AnswerTypes.lane(question.command()));
    }

    private static @Nullable UUID idOf(DaemonFrame frame) {
        return switch (frame) {
            case RepoFileContent file -> file.requestId();
            case AnswerFrame answer -> answer.requestId();
            case DaemonFrame _ -> null;
        };
    }

    private static void dropped(UUID daemonId, DaemonFrame frame, String why) {
        LOG.log(
                System.Logger.Level.INFO,
                "daemon {0}: the answer {1} is dropped: {2}",
                daemonId,
                frame.getClass().getSimpleName(),
                why);
    }
}
