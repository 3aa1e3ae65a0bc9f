package dev.makima.daemon.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.protocol.RunVerdict;
import dev.makima.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeasesTest {
    private static final Duration LENGTH = Duration.ofMinutes(2);

    private final HandClock clock = new HandClock("boot-1");
    private final Leases leases = new Leases(clock);
    private final TaskId task = TaskId.of(UUID.randomUUID().toString());
    private final RunId run = new RunId(UUID.randomUUID());

    private static final class HandClock implements BootClock {
        private final String boot;
        private volatile Duration now = Duration.ofHours(1);

        private HandClock(String boot) {
            this.boot = boot;
        }

        @Override
        public String boot() {
            return boot;
        }

        @Override
        public Duration now() {
            return now;
        }

        private void pass(long seconds) {
            now = now.plusSeconds(seconds);
        }
    }

    @Test
    void nothingIsDoneForATaskThatAnotherHasUntilItComesBack() {
        leases.grant(task, run, 1, LENGTH);
        leases.judge(run, 1, RunVerdict.FENCED);
        leases.end(run);
        assertThat(leases.allows(task)).isFalse();
        leases.grant(task, new RunId(UUID.randomUUID()), 3, LENGTH);
        assertThat(leases.allows(task)).isTrue();
    }

    @Test
    void theNextDaemonKnowsWhichTasksAreAnothers() {
        leases.grant(task, run, 4, LENGTH);
        List<SavedLease> saved = leases.unsaved();
        leases.judge(run, 4, RunVerdict.FENCED);
        Map<TaskId, Long> taken = leases.newlyTaken();
        assertThat(taken).isEqualTo(Map.of(task, 4L));
        assertThat(leases.newlyTaken()).isEmpty();
        leases.notSaved(List.of(), List.of(), taken);
        assertThat(leases.newlyTaken()).isEqualTo(taken);

        Leases next = new Leases(clock);
        next.restore(saved, taken);
        assertThat(next.allows(task)).isFalse();
        // One that did not come to its end yet is told what became of it.
        assertThat(next.standing(run)).isEqualTo(Standing.FENCED);
        next.grant(task, new RunId(UUID.randomUUID()), 6, LENGTH);
        next.end(run);
        assertThat(next.allows(task)).isTrue();
    }

    @Test
    void aPersonEndsWhatTheServerDoesNotKnowButNotWhatIsAnothers() {
        leases.grant(task, run, 1, LENGTH);
        leases.judge(run, 1, RunVerdict.UNKNOWN);
        leases.stopHere(run);
        assertThat(leases.standing(run)).isEqualTo(Standing.CANCELLED);
        leases.judge(run, 1, RunVerdict.UNKNOWN);
        assertThat(leases.standing(run)).isEqualTo(Standing.CANCELLED);
        leases.judge(run, 1, RunVerdict.FENCED);
        assertThat(leases.standing(run)).isEqualTo(Standing.FENCED);
    }

    @Test
    void aLengthThatMakesNoSenseIsBounded() {
        leases.grant(task, run, 1, Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(leases.shortest()).isEqualTo(Duration.ofDays(1));
        leases.renew(run, 1, clock.now(), Duration.ofSeconds(-5));
        assertThat(leases.shortest()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void workThatWaitsForTheServersWordHoldsNoPlace() throws Exception {
        leases.grant(task, run, 1, LENGTH);
        leases.judge(run, 1, RunVerdict.UNKNOWN);
        CompletableFuture<Standing> word = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return leases.awaitWord(run);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                Thread::startVirtualThread);
        Await.until(Duration.ofSeconds(20), "it waits", () -> leases.awaitsWord(run));
        leases.renew(run, 1, clock.now(), LENGTH);
        assertThat(word.get(20, TimeUnit.SECONDS)).isEqualTo(Standing.FREE);
        assertThat(leases.awaitsWord(run)).isFalse();
    }

    @Test
    void aRunWithoutALeaseMayDoEverything() {
        assertThat(leases.standing(run)).isEqualTo(Standing.FREE);
        assertThatCode(() -> leases.require(task)).doesNotThrowAnyException();
    }

    @Test
    void aLeaseIsOverWhenItsTimeIsAlsoWhereTheMachineHasSlept() {
        leases.grant(task, run, 1, LENGTH);
        clock.pass(119);
        assertThat(leases.standing(run)).isEqualTo(Standing.FREE);
        clock.pass(1);
        assertThat(leases.standing(run)).isEqualTo(Standing.OVER);
        assertThatThrownBy(() -> leases.require(task)).isInstanceOf(MakimaException.class);
        clock.pass(36_000);
        assertThat(leases.standing(run)).isEqualTo(Standing.OVER);
    }

    @Test
    void aLeaseCountsFromTheSendingOfWhatRenewedItNotFromTheAnswer() {
        leases.grant(task, run, 1, LENGTH);
        Duration sent = clock.now();
        clock.pass(60);
        leases.renew(run, 1, sent, LENGTH);
        clock.pass(60);
        assertThat(leases.standing(run)).isEqualTo(Standing.OVER);
        leases.renew(run, 1, clock.now(), LENGTH);
        assertThat(leases.standing(run)).isEqualTo(Standing.FREE);
    }

    @Test
    void aHandOverThatWasLongOnItsWayIsNoLongerInForce() {
        leases.met(true, clock.now());
        clock.pass(200);
        leases.grant(task, run, 1, LENGTH);
        assertThat(leases.standing(run)).isEqualTo(Standing.OVER);
    }

    @Test
    void whatWasFencedStaysFencedAndARenewalOfAnOlderHandOverIsNone() {
        leases.grant(task, run, 2, LENGTH);
        clock.pass(130);
        leases.renew(run, 1, clock.now(), LENGTH);
        assertThat(leases.standing(run)).isEqualTo(Standing.OVER);
        leases.judge(run, 2, RunVerdict.FENCED);
        leases.renew(run, 2, clock.now(), LENGTH);
        assertThat(leases.standing(run)).isEqualTo(Standing.FENCED);
        assertThat(leases.runs()).isEmpty();
    }

    @Test
    void towardsAServerWithoutLeasesNoneBinds() {
        leases.grant(task, run, 1, LENGTH);
        clock.pass(500);
        leases.met(false, clock.now());
        assertThat(leases.standing(run)).isEqualTo(Standing.FREE);
        leases.met(true, clock.now());
        assertThat(leases.standing(run)).isEqualTo(Standing.OVER);
    }

    @Test
    void theNextDaemonKnowsTheDeadlineAndOneOfAnotherBootTakesItForOver() {
        leases.grant(task, run, 1, LENGTH);
        List<SavedLease> saved = leases.unsaved();
        assertThat(leases.unsaved()).isEmpty();

        clock.pass(60);
        Leases next = new Leases(clock);
        next.restore(saved, Map.of());
        assertThat(next.standing(run)).isEqualTo(Standing.FREE);
        clock.pass(60);
        assertThat(next.standing(run)).isEqualTo(Standing.OVER);

        Leases booted = new Leases(new HandClock("boot-2"));
        booted.restore(saved, Map.of());
        assertThat(booted.standing(run)).isEqualTo(Standing.OVER);
    }

    @Test
    void whatCouldNotBeSavedIsGivenAgainAsItIsThen() {
        RunId other = new RunId(UUID.randomUUID());
        leases.grant(task, run, 1, LENGTH);
        leases.grant(task, other, 2, LENGTH);
        leases.end(other);
        List<SavedLease> changed = leases.unsaved();
        List<RunId> ended = leases.ended();
        assertThat(ended).containsExactly(other);
        clock.pass(30);
        leases.notSaved(changed, ended, Map.of());
        assertThat(leases.unsaved()).extracting(SavedLease::runId).containsExactly(run);
        assertThat(leases.ended()).containsExactly(other);

        // What has come to its end in between is not brought back by that.
        leases.grant(task, run, 3, LENGTH);
        List<SavedLease> late = leases.unsaved();
        leases.end(run);
        leases.notSaved(late, List.of(), Map.of());
        assertThat(leases.unsaved()).isEmpty();
        assertThat(leases.ended()).containsExactly(run);
    }

    @Test
    void whoWaitsForTheServerIsToldAsSoonAsItHasSpoken() throws Exception {
        leases.grant(task, run, 1, LENGTH);
        clock.pass(130);
        CompletableFuture<Standing> word = CompletableFuture.supplyAsync(() -> {
            try {
                return leases.awaitWord(run);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        leases.judge(run, 1, RunVerdict.UNKNOWN);
        assertThat(word).isNotDone();
        leases.judge(run, 1, RunVerdict.CANCEL);
        assertThat(word.get(10, TimeUnit.SECONDS)).isEqualTo(Standing.CANCELLED);
    }

    @Test
    void whoWaitsForALeaseIsToldOfItsRenewalAndDoesNotWaitForAVerdict() throws Exception {
        leases.grant(task, run, 1, LENGTH);
        clock.pass(130);
        CompletableFuture<Standing> renewed = new CompletableFuture<>();
        Thread waiting = Thread.ofPlatform().daemon().start(() -> {
            try {
                renewed.complete(leases.awaitLease(run));
            } catch (InterruptedException e) {
                renewed.completeExceptionally(e);
            }
        });
        Await.until(
                Duration.ofSeconds(20),
                "it waits or has not waited",
                () -> renewed.isDone() || waiting.getState() == Thread.State.TIMED_WAITING);
        assertThat(renewed).isNotDone();
        leases.renew(run, 1, clock.now(), LENGTH);
        assertThat(renewed.get(10, TimeUnit.SECONDS)).isEqualTo(Standing.FREE);
        leases.judge(run, 1, RunVerdict.UNKNOWN);
        assertThat(leases.awaitLease(run)).isEqualTo(Standing.UNKNOWN);
    }

    @Test
    void theMachinesOwnClockGoesOn() {
        BootClock system = BootClock.system();
        assertThat(system.boot()).isNotBlank();
        Duration before = system.now();
        assertThat(before).isPositive();
        assertThat(system.now()).isGreaterThanOrEqualTo(before);
    }
}
