package dev.makima.server.contracts;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.server.core.Bus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Who waits at this node for the answer to a question. To be used on one event loop. */
public final class QuestionWaits {
    private static final int MAX = 1000;

    private final Vertx vertx;
    private final Map<UUID, Set<Wait>> waits = new HashMap<>();
    private final MessageConsumer<String> consumer;
    private int count;

    /** Nobody waits so far. */
    public QuestionWaits(Vertx vertx, Bus bus) {
        this.vertx = vertx;
        this.consumer = bus.answers(this::answered);
    }

    /** One who waits; begun before the question is read, so that no answer is missed. */
    public final class Wait {
        private final UUID questionId;
        private final Promise<Void> over = Promise.promise();
        private long timer = -1;

        private Wait(UUID questionId) {
            this.questionId = questionId;
        }

        /** Completes when the question was answered, or the time is over. */
        public Future<Void> atMost(Duration time) {
            timer = vertx.setTimer(Math.max(1, time.toMillis()), _ -> end());
            return over.future();
        }

        /** Waits no longer. May be called again. */
        public void end() {
            vertx.cancelTimer(timer);
            Set<Wait> others = waits.get(questionId);
            if (others != null && others.remove(this)) {
                count--;
                if (others.isEmpty()) {
                    waits.remove(questionId);
                }
            }
            over.tryComplete();
        }
    }

    /** Begins to wait; fails with RATE_LIMITED where 1000 do. */
    public Wait begin(UUID questionId) {
        if (count >= MAX) {
            throw new MakimaException(
                    ErrorCode.RATE_LIMITED, MAX + " requests wait for answers already", "Ask again with ?wait=0");
        }
        Wait wait = new Wait(questionId);
        waits.computeIfAbsent(questionId, _ -> new HashSet<>()).add(wait);
        count++;
        return wait;
    }

    private void answered(UUID questionId) {
        Set.copyOf(waits.getOrDefault(questionId, Set.of())).forEach(Wait::end);
    }

    /** Everybody waits no longer. */
    public Future<Void> close() {
        Set.copyOf(waits.keySet()).forEach(this::answered);
        return consumer.unregister();
    }
}
