package dev.makima.cli.command.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.TestSurroundings;
import dev.makima.cli.api.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeopleOutputTest {
    @TempDir
    private Path temp;

    private static String waiting(String reason) {
        return """
                {"id":"x","status":"pending","lastSeq":0,"progressSummary":"%s"}""".formatted(reason);
    }

    @Test
    void whatATaskWaitsForIsSaidOnceHoweverItsNumbersChange() {
        TestSurroundings surroundings = new TestSurroundings(temp);
        try (PeopleOutput output = new PeopleOutput(surroundings.make())) {
            for (String reason : new String[] {"disk: 10 MiB", "disk: 11 MiB", "memory: 5 MiB", "memory: 6 MiB"}) {
                output.task(Json.read("a task", waiting(reason)));
            }
        }
        assertThat(surroundings.out()).contains("disk: 10 MiB", "memory: 5 MiB").doesNotContain("11 MiB", "6 MiB");
    }

    @Test
    void theLastWordOfATaskThatRunsIsNoReasonToWait() {
        TestSurroundings surroundings = new TestSurroundings(temp);
        try (PeopleOutput output = new PeopleOutput(surroundings.make())) {
            output.task(Json.read("a task", waiting("reading files").replace("pending", "running")));
        }
        assertThat(surroundings.out()).isEmpty();
    }
}
