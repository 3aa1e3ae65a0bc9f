package dev.makima.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.agent.Entry;
import dev.makima.agent.EntryParser;
import dev.makima.base.StreamName;
import dev.makima.cli.TestSurroundings;
import dev.makima.cli.api.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoAgentTest {
    @TempDir
    Path directory;

    private final List<Entry> entries = new ArrayList<>();
    private String printed = "";

    private int run(String... lines) throws Exception {
        Files.writeString(directory.resolve("greet.sh"), "#!/bin/sh\necho \"Hello, ${1:-world}!\"\n");
        TestSurroundings world = new TestSurroundings(directory).input(String.join("\n", lines) + "\n");
        int exit = new DemoAgent(world.make(), List.of("--verbose", "--session-id", "s-1"), Duration.ofMillis(1)).run();
        printed = world.out();
        for (String line : printed.split("\n")) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            entries.addAll(EntryParser.parse(StreamName.STDOUT, bytes, 0, bytes.length));
        }
        return exit;
    }

    private static String message(String text) {
        var line = Json.object().put("type", "user");
        line.putObject("message").put("role", "user").put("content", text);
        return line.toString();
    }

    private List<String> types() {
        return entries.stream().map(Entry::messageType).toList();
    }

    @Test
    void itsLinesAreThoseOfTheRealAgent() throws Exception {
        assertThat(run(message(Script.README.plan()))).isZero();
        assertThat(types()).doesNotContain("raw");
        assertThat(types())
                .startsWith("system", "assistant", "tool_use", "tool_result")
                .endsWith("result");
        Entry result = entries.getLast();
        assertThat(result.isError()).isNotEqualTo(true);
        assertThat(result.costUsd()).isNotNull();
        assertThat(result.durationMs()).isNotNull();
        assertThat(printed).contains("\"session_id\":\"s-1\"");
    }

    @Test
    void whatItWritesIsReallyThere() throws Exception {
        run(message("Please: " + Script.README.plan()));
        assertThat(directory.resolve("README.md")).content().contains("# greet");
    }

    @Test
    void itsTestsReallyRunAndPass() throws Exception {
        assertThat(run(message(Script.TESTS.plan()))).isZero();
        assertThat(entries).anySatisfy(entry -> {
            assertThat(entry.messageType()).isEqualTo("tool_result");
            assertThat(entry.content()).contains("2 tests passed");
        });
    }

    @Test
    void theOneThatFailsSaysWhy() throws Exception {
        assertThat(run(message(Script.FAILING.plan()))).isEqualTo(1);
        Entry result = entries.getLast();
        assertThat(result.isError()).isTrue();
        assertThat(result.content()).contains("deploy/production.yaml");
    }

    @Test
    void anInterruptIsAnsweredAndEndsTheTurn() throws Exception {
        String interrupt =
                "{\"type\":\"control_request\",\"request_id\":\"r1\",\"request\":{\"subtype\":\"end_session\"}}";
        run(message(Script.README.plan()), interrupt);
        assertThat(printed).contains("\"request_id\":\"r1\"").contains("error_during_execution");
        assertThat(directory.resolve("README.md")).doesNotExist();
    }

    @Test
    void inputThatIsNoJsonEndsIt() throws Exception {
        assertThat(run("this is no JSON")).isZero();
        assertThat(printed).isEmpty();
    }
}
