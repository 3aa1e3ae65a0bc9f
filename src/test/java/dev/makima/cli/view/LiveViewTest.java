package dev.makima.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.cli.api.EntryView;
import dev.makima.cli.api.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveViewTest {
    private final LiveView view = new LiveView(Style.PLAIN, 60, "");

    private static EntryView entry(String type, String content) {
        return entry(Json.object().put("messageType", type).put("content", content));
    }

    private static EntryView entry(ObjectNode tree) {
        return Json.as(tree, EntryView.class);
    }

    private static ObjectNode toolUse(String tool, String field, String value) {
        ObjectNode tree = Json.object()
                .put("messageType", "tool_use")
                .put("content", tool)
                .put("toolName", tool);
        tree.putObject("toolInput").put(field, value);
        return tree;
    }

    @Test
    void aConversationIsReadFromTopToBottom() {
        List<String> lines = new ArrayList<>();
        for (EntryView entry : List.of(
                entry("daemon", "worktree ready"),
                entry("assistant", "I will run the tests.\nThen I fix them."),
                entry(toolUse("Bash", "command", "npm test")),
                entry("tool_result", "1 passed\n2 passed\n3 passed\n4 passed\n5 passed\n6 passed"),
                entry(Json.object()
                        .put("messageType", "tool_result")
                        .put("content", "Exit code 1\nno such file")
                        .put("isError", true)),
                entry("assistant", "Done."),
                entry("result", "Done."))) {
            lines.addAll(view.lines(entry));
        }
        assertThat(lines)
                .containsExactly(
                        "· worktree ready",
                        "● I will run the tests.",
                        "  Then I fix them.",
                        "→ Bash  npm test",
                        "  1 passed",
                        "  2 passed",
                        "  3 passed",
                        "  4 passed",
                        "  … 2 more lines",
                        "✗ Exit code 1",
                        "  no such file",
                        "● Done.");
    }

    @Test
    void whatTheAgentsProgramNotesForItsMakersIsNotShown() {
        ObjectNode result = Json.object().put("messageType", "result").put("isError", true);
        assertThat(view.lines(entry(result.put("content", "[ede_diagnostic] result_type=user stop_reason=null"))))
                .isEmpty();
        assertThat(view.lines(entry(result.put("content", "")))).containsExactly("✗ the agent reports a failure");
        assertThat(view.lines(entry(result.put("content", "[ede_diagnostic] x\nout of credit"))))
                .contains("  out of credit");
    }

    @Test
    void whatTheAgentSaysIsBrokenAtSpacesAndNeverCut() {
        String text = "one two three four five six seven eight nine ten eleven twelve thirteen";
        List<String> lines = view.lines(entry("assistant", text));
        assertThat(lines)
                .containsExactly("● one two three four five six seven eight nine ten eleven", "  twelve thirteen");
        assertThat(lines).allMatch(line -> Printable.width(line) <= 60);
    }

    @Test
    void aPipeGetsLongTextUnbroken() {
        LiveView wide = new LiveView(Style.PLAIN, Integer.MAX_VALUE, "");
        String text = "word ".repeat(200).strip();
        assertThat(wide.lines(entry("assistant", text))).containsExactly("● " + text);
    }

    @Test
    void anEndlessLineOfAToolIsCutOnAPipeToo() {
        LiveView wide = new LiveView(Style.PLAIN, Integer.MAX_VALUE, "");
        List<String> lines = wide.lines(entry("tool_result", "x".repeat(5_000_000)));
        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line).hasSize(400).endsWith("…"));
    }

    @Test
    void aToolCallIsOneLineWhateverItsInputHolds() {
        EntryView entry =
                entry(toolUse("Bash", "command", "cat <<E\nmany\nlines that go on and on and on and on and on\nE"));
        assertThat(view.lines(entry))
                .singleElement()
                .satisfies(line ->
                        assertThat(line).startsWith("→ Bash  cat <<E many").doesNotContain("\n"))
                .satisfies(line -> assertThat(Printable.width(line)).isLessThanOrEqualTo(60));
        assertThat(view.lastTool()).startsWith("Bash: cat");
    }

    @Test
    void escapeSequencesOfAnAgentDoNotReachTheTerminal() {
        String attack = "\u001b]0;title\u0007\u001b[2Jwiped\u009b31mred \u202etxt.exe\rover";
        for (String type : List.of("assistant", "tool_result", "error", "raw", "daemon", "no-such-type", "system")) {
            String all = String.join("\n", view.lines(entry(type, attack)));
            assertThat(all).as(type).doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e]");
            assertThat(all).as(type).contains("␛");
        }
        EntryView tool = entry(toolUse("Bash\u001b[1m", "command", attack));
        assertThat(String.join("\n", view.lines(tool))).doesNotContain("\u001b");
    }

    @Test
    void partialMessagesWaitForTheWholeOne() {
        EntryView partial = entry(Json.object()
                .put("messageType", "assistant")
                .put("content", "I wi")
                .put("isPartial", true));
        assertThat(view.lines(partial)).isEmpty();
    }

    @Test
    void aFailedResultIsShownAndASuccessfulOneIsNotRepeated() {
        ObjectNode failed = Json.object()
                .put("messageType", "result")
                .put("content", "Credit balance is too low")
                .put("isError", true);
        assertThat(view.lines(entry(failed))).containsExactly("✗ Credit balance is too low");
        assertThat(view.lines(entry("result", "All done."))).isEmpty();
    }

    @Test
    void aFailureThatTheAgentHasJustExplainedIsNotSaidTwice() {
        view.lines(entry("assistant", "I can't do that."));
        ObjectNode failed = Json.object()
                .put("messageType", "result")
                .put("content", "I can't do that.")
                .put("isError", true);
        assertThat(view.lines(entry(failed))).isEmpty();
    }

    @Test
    void anAgentWithoutALoginSaysSoOnceAndThenHowToLogIn() {
        ObjectNode said = Json.object()
                .put("messageType", "error")
                .put("content", "Not logged in · Please run /login")
                .put("isError", true);
        said.putObject("extra").put("error", "authentication_failed");
        ObjectNode result = Json.object()
                .put("messageType", "result")
                .put("content", "Not logged in · Please run /login")
                .put("isError", true);
        assertThat(view.lines(entry(said)))
                .startsWith("✗ Not logged in · Please run /login")
                .anyMatch(line -> line.contains("ANTHROPIC_API_KEY"))
                .anyMatch(line -> line.contains("claude"));
        assertThat(view.lines(entry(result))).isEmpty();
        assertThat(view.lines(entry(said))).hasSize(1);
    }

    @Test
    void aLoginThatIsTriedAgainIsToldOfAtTheFirstTry() {
        ObjectNode retry = Json.object().put("messageType", "system").put("content", "Trying again in 550 ms");
        retry.putObject("extra").put("subtype", "api_retry").put("error", "authentication_failed");
        assertThat(view.lines(entry(retry)))
                .startsWith("· Trying again in 550 ms")
                .anyMatch(line -> line.contains("ANTHROPIC_API_KEY"));
        assertThat(view.lines(entry(retry))).containsExactly("· Trying again in 550 ms");
    }

    @Test
    void aLoginThatIsNeededSaysWhereAndHow() {
        ObjectNode needed = Json.object().put("messageType", "auth_required").put("content", "");
        needed.putObject("toolInput").put("hostname", "worker-1").put("loginUrl", "https://login.example/x");
        assertThat(view.lines(entry(needed)))
                .containsExactly(
                        "! the agent on worker-1 is not logged in, and the task waits",
                        "  for that. Open this address, log in, and copy the code:",
                        "  https://login.example/x",
                        "  Then: makima daemons login worker-1");
    }

    @Test
    void anUnknownKindIsShownRatherThanDropped() {
        assertThat(view.lines(entry("hologram", "something new"))).containsExactly("  something new");
    }

    @Test
    void decorationOfTheAgentIsLeftOut() {
        ObjectNode tokens = Json.object().put("messageType", "system").put("content", "thinking_tokens");
        tokens.putObject("extra").put("subtype", "thinking_tokens");
        assertThat(view.lines(entry(tokens))).isEmpty();
    }

    @Test
    void aKindThatNobodyKnowsIsShown() {
        assertThat(view.lines(entry("raw", "{\"type\":\"unheard_of\"}"))).hasSize(1);
    }

    @Test
    void everyLineOfATaskAmongOthersBeginsWithItsName() {
        LiveView prefixed = new LiveView(Style.PLAIN, 60, "[docs] ");
        List<String> lines = prefixed.lines(entry("assistant", "a\nb"));
        assertThat(lines).containsExactly("[docs] ● a", "[docs]   b");
    }

    @Test
    void coloursAreOnlyAddedAroundTheSameText() {
        LiveView coloured = new LiveView(Style.COLOURED, 60, "");
        assertThat(coloured.lines(entry("error", "bad"))).containsExactly("\u001b[31m✗ bad\u001b[0m");
    }
}
