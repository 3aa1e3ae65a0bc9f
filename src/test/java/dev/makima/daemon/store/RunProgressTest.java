package dev.makima.daemon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RunProgressTest {
    private static final Instant START = Instant.ofEpochSecond(1000);

    private static BigDecimal usd(String amount) {
        return new BigDecimal(amount);
    }

    @Test
    void aRunThatBeginsAConversationPaysForAllOfIt() {
        // Even where an earlier run of the task left its cost: that was another conversation.
        RunProgress run = RunProgress.after(usd("3")).launched(START, 0, false).spent(usd("0.5"));
        assertThat(run.ownCost()).isEqualByComparingTo("0.5");
    }

    @Test
    void aRunThatResumesAConversationPaysForItsPartAlone() {
        RunProgress run = RunProgress.after(usd("3")).launched(START, 0, true);
        assertThat(run.ownCost()).isZero();
        assertThat(run.spent(usd("3.5")).ownCost()).isEqualByComparingTo("0.5");
    }

    @Test
    void laterProcessesGoOnPaying() {
        RunProgress run = RunProgress.NONE
                .launched(START, 0, false)
                .spent(usd("0.5"))
                .concluded(1)
                .launched(START, 10, true)
                .spent(usd("0.75"));
        assertThat(run.ownCost()).isEqualByComparingTo("0.75");
        assertThat(run.startedAt()).isEqualTo(START);
    }

    @Test
    void whatNobodyKnowsIsNotPaidFor() {
        RunProgress run = RunProgress.after(null).launched(START, 0, true);
        assertThat(run.spent(usd("9")).ownCost()).isZero();
        assertThat(run.spent(usd("9")).spent(usd("9.5")).ownCost()).isEqualByComparingTo("0.5");
    }

    @Test
    void aProcessThatEndedNoTurnLeavesTheConversationUnproven() {
        RunProgress silent = RunProgress.NONE.launched(START, 0, false).concluded(1);
        assertThat(silent.answered()).isFalse();
        assertThat(silent.spent(BigDecimal.ZERO).answered()).isTrue();
    }

    @Test
    void itIsReadAsItWasWritten() {
        RunProgress run = new RunProgress(
                START, 3, 1L << 40, true, usd("0.10"), usd("2"), new LoopProgress("h", 2, "\"e\"\n", 4), true);
        assertThat(RunProgress.of(START, run.toJson())).isEqualTo(run);
        assertThat(RunProgress.of(null, RunProgress.NONE.toJson())).isEqualTo(RunProgress.NONE);
        assertThat(RunProgress.of(null, null)).isEqualTo(RunProgress.NONE);
    }
}
