package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetentionStepsTest {
    private static final int STEPS = 5000;

    @Test
    void aYearsBacklogOfStepsEnds() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            AtomicInteger done = new AtomicInteger();
            Promise<Void> all = Promise.promise();
            vertx.runOnContext(_ -> Retention.all(() -> step(vertx, done)).onComplete(all));
            all.future().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(done).hasValue(STEPS);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    /** One that ends later, as those of the database do. */
    private static Future<Boolean> step(Vertx vertx, AtomicInteger done) {
        Promise<Boolean> step = Promise.promise();
        vertx.runOnContext(_ -> step.complete(done.incrementAndGet() < STEPS));
        return step.future();
    }
}
