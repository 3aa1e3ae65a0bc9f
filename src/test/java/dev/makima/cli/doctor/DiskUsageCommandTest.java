package dev.makima.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.TestSurroundings;
import dev.makima.cli.core.ExitCode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskUsageCommandTest {
    @TempDir
    private Path temp;

    private void file(String path, int bytes) throws IOException {
        Path file = temp.resolve("home").resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[bytes]);
    }

    @Test
    void anEmptyHomeTakesNothing() {
        TestSurroundings machine = new TestSurroundings(temp);
        assertThat(machine.run("disk-usage")).isEqualTo(ExitCode.OK);
        assertThat(machine.out()).contains("Nothing is here yet.");
    }

    @Test
    void aMachineFromWhichOnlyCommandsAreCalledNeedsNoDaemonsConfiguration() {
        TestSurroundings machine = new TestSurroundings(temp)
                .with("MAKIMA_API_URL", "https://makima.example.com")
                .with("MAKIMA_API_KEY", "mk_" + "k".repeat(43));
        assertThat(machine.run("disk-usage")).as(machine.err()).isEqualTo(ExitCode.OK);
    }

    @Test
    void eachThingHasItsLineAndTheTotalsAreTheirSum() throws IOException {
        file("worktrees/12345678-a-task/big", 3 << 20);
        file("repos/app.git/pack", 2 << 20);
        file("spool/" + UUID.randomUUID() + "/" + UUID.randomUUID() + "/out", 1 << 20);
        file("temp/task-" + UUID.randomUUID() + "/result", 5000);
        file("home/there/file", 700);
        file("lib/0123456789abcdef/makima.jar", 9000);
        file("outbox/x.payload", 800);
        TestSurroundings machine = new TestSurroundings(temp);
        assertThat(machine.run("disk-usage")).isEqualTo(ExitCode.OK);
        assertThat(machine.out())
                .contains("worktree", "12345678-a-task", "no task known", "3.0 MB")
                .contains("clone", "app.git", "2.0 MB")
                .contains("program", "0123456789ab", "makima doctor --clean")
                .contains(" free of ");
        TestSurroundings program = new TestSurroundings(temp);
        program.run("disk-usage", "--json");
        JsonObject answer = new JsonObject(program.out());
        List<JsonObject> entries = answer.getJsonArray("entries").stream()
                .map(JsonObject.class::cast)
                .toList();
        assertThat(entries)
                .extracting(one -> one.getString("kind"))
                .containsExactlyInAnyOrder(
                        "worktree", "clone", "output", "temporary", "home clone", "program", "outbox");
        long sum = entries.stream().mapToLong(one -> one.getLong("bytes")).sum();
        assertThat(sum).isEqualTo((6L << 20) + 5000 + 700 + 9000 + 800);
        assertThat(answer.getJsonObject("totals").stream()
                        .mapToLong(one -> ((Number) one.getValue()).longValue())
                        .sum())
                .isEqualTo(sum);
        assertThat(answer.getJsonArray("disks")).isNotEmpty();
    }
}
