package dev.makima.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.agent.AgentSignal.TurnEnded;
import dev.makima.process.LaunchState;
import dev.makima.protocol.TaskState;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndingTest {
    private static TurnEnded turn(boolean error, String text, String reason, List<String> errors) {
        return new TurnEnded(error, text, reason, errors, BigDecimal.ONE, 1, 1, 0, List.of(), 1, 1);
    }

    private static final Optional<TurnEnded> GOOD = Optional.of(turn(false, "done", "completed", List.of()));
    private static final Optional<TurnEnded> BAD = Optional.of(turn(true, "API Error: 529", "api_error", List.of()));

    private static Ending exited(int status, Optional<TurnEnded> turn, String standardError) {
        return Ending.of(new LaunchState.Exited(status), turn, standardError);
    }

    @Test
    void aGoodResultAndACleanExitAreDone() {
        assertThat(exited(0, GOOD, "noise")).isEqualTo(new Ending(TaskState.DONE, null));
    }

    @Test
    void aResultThatIsAnErrorFailsWhateverTheExitCode() {
        assertThat(exited(0, BAD, "")).isEqualTo(Ending.failed("API Error: 529"));
        assertThat(exited(1, BAD, "")).isEqualTo(Ending.failed("the agent ended with exit code 1: API Error: 529"));
    }

    @Test
    void anErrorWithoutWordsIsToldByItsErrorsOrItsReason() {
        assertThat(exited(0, Optional.of(turn(true, " ", "max_turns", List.of("one", "two"))), "")
                        .error())
                .isEqualTo("one; two");
        assertThat(exited(0, Optional.of(turn(true, "", "max_turns", List.of())), "")
                        .error())
                .contains("max_turns");
    }

    @Test
    void aCleanExitWithoutAResultFails() {
        assertThat(exited(0, Optional.empty(), " why \n").error()).endsWith("without a result; it wrote: why");
    }

    @Test
    void aBadExitFailsThoughTheResultWasGood() {
        assertThat(exited(3, GOOD, "").error()).isEqualTo("the agent ended with exit code 3");
    }

    @Test
    void signalsAndMissingProgramsAreNamed() {
        assertThat(exited(137, Optional.empty(), "").error()).contains("killed by signal 9", "137");
        assertThat(exited(127, Optional.empty(), "").error()).contains("not found");
        assertThat(exited(126, Optional.empty(), "").error()).contains("cannot be executed");
    }

    @Test
    void aLostAgentFailsWithTheProof() {
        assertThat(Ending.of(new LaunchState.Lost("gone", true), GOOD, "oh").error())
                .isEqualTo("the agent was lost: gone; it wrote: oh");
        assertThat(Ending.of(new LaunchState.Lost("gone", true), BAD, "").error())
                .isEqualTo("the agent was lost: gone: API Error: 529");
    }

    @Test
    void anAgentThatLivesHasNoEnding() {
        assertThatThrownBy(() -> Ending.of(new LaunchState.Starting(), GOOD, ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void stopsAreInterruptedOrFailedWithTheLimit() {
        assertThat(Ending.interrupted()).isEqualTo(new Ending(TaskState.INTERRUPTED, null));
        assertThat(Ending.timedOut(Duration.ofMinutes(2))).isEqualTo(Ending.failed("timed out after 120 s"));
    }

    @Test
    void aVeryLongReasonIsCut() {
        assertThat(exited(0, Optional.of(turn(true, "x".repeat(100_000), "", List.of())), "")
                        .error())
                .hasSizeLessThanOrEqualTo(2001);
    }
}
