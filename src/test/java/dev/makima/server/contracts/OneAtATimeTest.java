package dev.makima.server.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OneAtATimeTest {
    private final List<Promise<Void>> rounds = new ArrayList<>();
    private final OneAtATime work = new OneAtATime("the work of a test", () -> {
        rounds.add(Promise.promise());
        return rounds.getLast().future();
    });

    @Test
    void whoComesWhileItIsUnderWayGetsOneMoreRound() {
        Future<Void> first = work.run();
        Future<Void> second = work.run();
        Future<Void> third = work.run();
        assertThat(rounds).hasSize(1);
        rounds.getFirst().complete();
        assertThat(first.isComplete()).isTrue();
        assertThat(second.isComplete()).isFalse();
        assertThat(rounds).hasSize(2);
        rounds.getLast().complete();
        assertThat(second.isComplete() && third.isComplete()).isTrue();
        assertThat(rounds).hasSize(2);
    }

    @Test
    void afterAFailureNobodyIsLeftWaitingAndItIsNotTriedAgainAtOnce() {
        Future<Void> first = work.run();
        Future<Void> second = work.run();
        rounds.getFirst().fail("no database");
        assertThat(first.succeeded() && second.succeeded()).isTrue();
        assertThat(rounds).hasSize(1);
        Future<Void> third = work.run();
        assertThat(rounds).hasSize(2);
        rounds.getLast().complete();
        assertThat(third.isComplete()).isTrue();
    }

    @Test
    void onceItIsClosedThereAreNoMoreRounds() {
        Future<Void> first = work.run();
        Future<Void> second = work.run();
        work.close();
        rounds.getFirst().complete();
        assertThat(first.isComplete() && second.isComplete()).isTrue();
        assertThat(work.run().isComplete()).isTrue();
        assertThat(rounds).hasSize(1);
    }
}
