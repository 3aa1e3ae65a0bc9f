package dev.makima.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.CpuTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateScannerTest {
    private static final String READY = "<COMPLETION_GATE>\nready: true\nreason: all done\n</COMPLETION_GATE>";
    private static final String NOT_READY = "<COMPLETION_GATE>\nready: false\n</COMPLETION_GATE>";

    private static Optional<CompletionGate> scan(String... messages) {
        GateScanner scanner = new GateScanner();
        List.of(messages).forEach(scanner::message);
        return scanner.last();
    }

    private static CompletionGate inside(String inside) {
        return scan("<COMPLETION_GATE>" + inside + "</COMPLETION_GATE>").orElseThrow();
    }

    private static boolean ready(String... messages) {
        return scan(messages).map(CompletionGate::ready).orElse(false);
    }

    @Test
    void linesOfKeysAndValuesAreRead() {
        CompletionGate gate =
                inside("\nready: true\nreason: tests: all green\nprogress: wrote it\nblockers: []\nConfidence: high\n");
        assertThat(gate.ready()).isTrue();
        assertThat(gate.reason()).isEqualTo("tests: all green");
        assertThat(gate.progress()).isEqualTo("wrote it");
        assertThat(gate.blockers()).isEmpty();
        assertThat(gate.more()).containsEntry("confidence", "high");
    }

    @Test
    void anObjectIsRead() {
        CompletionGate gate = inside(
                "{\"ready\": false, \"reason\": \"not yet\\n\", \"blockers\": [\"a\", {\"b\": 1}], \"score\": 0.5}");
        assertThat(gate.ready()).isFalse();
        assertThat(gate.reason()).isEqualTo("not yet");
        assertThat(gate.blockers()).containsExactly("a", "{\"b\":1}");
        assertThat(gate.obstacle()).contains("a");
        assertThat(gate.more()).containsEntry("score", "0.5");
    }

    @Test
    void anObjectMayBeFencedInsideOfTheBlock() {
        assertThat(inside("\n```json\n{\"ready\": true}\n```\n").ready()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ready: true", "ready: YES", "ready:1", "**ready**: True", "- ready: \"yes\"", "READY : true"})
    void theseSayYes(String inside) {
        assertThat(inside("\n" + inside + "\n").ready()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ready: false",
                "ready: almost",
                "ready:",
                "reason: ready",
                "",
                "{\"ready\": 0}",
                "{\"ready\": ",
                "not ready: true enough"
            })
    void theseDoNot(String inside) {
        assertThat(inside("\n" + inside + "\n").ready()).isFalse();
    }

    @Test
    void blockersAreAListOrOneText() {
        assertThat(inside("ready: no\nblockers: [\"no key\", \"no net\"]").blockers())
                .containsExactly("no key", "no net");
        assertThat(inside("ready: no\nblockers: no key").blockers()).containsExactly("no key");
        assertThat(inside("ready: no\nblockers:\n- no key\n- no net").blockers())
                .containsExactly("no key", "no net");
        assertThat(inside("{\"ready\": false, \"blockers\": \"no key\"}").blockers())
                .containsExactly("no key");
        assertThat(inside("ready: no\nblockers: none").obstacle()).isEmpty();
        assertThat(inside("ready: no\nerror: compiler crashed").obstacle()).contains("compiler crashed");
    }

    @Test
    void theLastOneCounts() {
        assertThat(ready(READY, "and more", NOT_READY)).isFalse();
        assertThat(ready(NOT_READY + " then " + READY)).isTrue();
    }

    @Test
    void oneMayBeSpreadOverMessages() {
        assertThat(ready("so: <COMPLETION_GATE>", "ready: true", "</COMPLETION_GATE>"))
                .isTrue();
        assertThat(scan("<COMPLETION_GATE>\nready: true", "reason: done", "</COMPLETION_GATE>")
                        .orElseThrow()
                        .reason())
                .isEqualTo("done");
    }

    @Test
    void anAgentThatIsCutOffInTheMiddleOfAWordGoesOnThere() {
        assertThat(ready("<COMPLETION_GATE>\nready: tr", "ue\n</COMPLETION_GATE>"))
                .isTrue();
        assertThat(ready("<COMPLETION_GATE>{\"rea", "dy\": true}</COMPLETION_GATE>"))
                .isTrue();
        assertThat(ready("a < b <COMPLETION_", "GATE>\nready: true\n</COMPLETI", "ON_GATE>"))
                .isTrue();
    }

    @Test
    void aBeginningOfATagAtAMessagesEndIsTextWhereItDoesNotGoOn() {
        assertThat(ready("<COMPLETION_GATE>\nready: true\nreason: a <", "b", "</COMPLETION_GATE>"))
                .isTrue();
        assertThat(ready("<COMPLETION_", READY)).isTrue();
    }

    @Test
    void theResultThatRepeatsTheLastMessageChangesNothing() {
        assertThat(ready(
                        "<COMPLETION_GATE>\nready: true",
                        "reason: x\n</COMPLETION_GATE>",
                        "reason: x\n</COMPLETION_GATE>"))
                .isTrue();
        assertThat(ready("<COMPLETION_GATE>\nready: true", "<COMPLETION_GATE>\nready: true"))
                .isFalse();
    }

    @Test
    void oneThatIsNeverClosedIsNone() {
        assertThat(scan("<COMPLETION_GATE>\nready: true\n")).isEmpty();
        assertThat(scan("ready: true\n</COMPLETION_GATE>")).isEmpty();
        assertThat(scan(NOT_READY, "<COMPLETION_GATE>\nready: true")
                        .orElseThrow()
                        .ready())
                .isFalse();
    }

    @Test
    void oneThatIsCutOffTakesBackTheWordOfTheOneBefore() {
        assertThat(ready(READY, "There is more.\n<COMPLETION_GATE>\nready: false\nreason: I am in the mid"))
                .isFalse();
        assertThat(ready(READY, "I ended with a <COMPLETION_GATE> as I was told."))
                .isTrue();
    }

    @Test
    void oneThatIsOnlyTalkedAboutDoesNotHideTheRealOne() {
        assertThat(ready("I will end with a <COMPLETION_GATE> block, later.", "Now:\n" + READY))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "```\n%s\n```",
                "```text\n%s\n```\nmore",
                "~~~\n%s\n~~~",
                "````\n```\n%s\n```\n````",
                "  ```\n  %s\n  ```",
                "> ```\n%s\n> ```",
                "```\n%s",
                "`%s`",
                "``%s``"
            })
    void oneInsideOfCodeIsAQuotation(String code) {
        assertThat(scan(code.formatted("<COMPLETION_GATE> ready: true </COMPLETION_GATE>")))
                .isEmpty();
        assertThat(scan("Like this:\n" + code.formatted(READY))).isEmpty();
    }

    @Test
    void oneAfterCodeCounts() {
        assertThat(ready("```\n" + NOT_READY + "\n```\n\n" + READY)).isTrue();
        assertThat(ready("an open fence\n```\n" + NOT_READY, READY)).isTrue();
        assertThat(ready("```a``` is a span\n" + READY)).isTrue();
        assertThat(ready("It's a ` in prose.\n\n" + READY)).isTrue();
    }

    @Test
    void aTagThatIsOpenDoesNotTakeItsEndFromAQuotation() {
        assertThat(scan("I end with <COMPLETION_GATE>:\n```\nready: true\n</COMPLETION_GATE>\n```\n"))
                .isEmpty();
    }

    @Test
    void aBacktickInsideDoesNotHideTheEnd() {
        assertThat(ready("<COMPLETION_GATE>\nready: true\nreason: the ` key\n</COMPLETION_GATE>\nSee `x`."))
                .isTrue();
    }

    @Test
    void aReasonMayHaveSeveralLines() {
        assertThat(inside("\nready: true\nreason: first\n  second line\n").reason())
                .isEqualTo("first\nsecond line");
    }

    @Test
    void whatIsFarTooLongIsNoGate() {
        assertThat(scan("<COMPLETION_GATE>\nready: true\n" + "x".repeat(100_000) + "</COMPLETION_GATE>"))
                .isEmpty();
    }

    @Test
    void millionsOfOddCharactersTakeNoTime() {
        long start = CpuTime.ofThisThread();
        assertThat(scan("`".repeat(200_000) + " ` `` ".repeat(100_000) + "<".repeat(300_000)))
                .isEmpty();
        assertThat(CpuTime.ofThisThread() - start).isLessThan(5_000_000_000L);
    }
}
