package dev.makima.jar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Executable;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The main job by the script, from an empty home whose path has spaces and letters that are not ASCII. */
class MainJobIT extends JobBench {
    private Path writes() {
        return agents.script(
                "writes",
                "first_line\ninit\necho hello > greeting.txt\nsays 'I wrote it.'\nresult 'done'\nuntil_end_of_input\n");
    }

    @Test
    void aTaskIsMergedIntoTheBranchThatIsCheckedOut() {
        repository.branch("develop").checkout("develop");
        try (Program run = start(writes()).makima("run", "--action", "merge", "--name", "Greet", "Write a greeting")) {
            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(run.out()).contains("merged makima/greet-", "into develop");
            assertThat(repository.content("develop", "greeting.txt")).isEqualTo("hello\n");
            assertThat(repository.files("main")).doesNotContain("greeting.txt");
            assertThat(repository.isClean()).isTrue();
        }
    }

    @Test
    void aTaskInTheCurrentRepositoryEndsAsABranch() {
        try (Program run = start(writes()).makima("run", "--name", "Greet", "Write a greeting")) {
            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            String branch = repository.branches().stream()
                    .filter(name -> name.startsWith("makima/greet-"))
                    .findFirst()
                    .orElseThrow();
            assertThat(run.out())
                    .contains("I wrote it.")
                    .contains(branch)
                    .contains("git -C")
                    .doesNotContain("\u001b");
            assertThat(repository.content(branch, "greeting.txt")).isEqualTo("hello\n");
            assertThat(repository.isClean()).isTrue();
        }
        nothingIsLeft();
        assertThat(home.resolve(".makima/instance.json")).doesNotExist();
    }

    @Test
    void aMachineWithTooLittleDiskIsSaidAtOnceAndWaitedForUntilAnInterrupt() {
        try (Program run = start(writes())
                .with("MAKIMA_DAEMON_ADMISSION_MINFREEDISKBYTES", String.valueOf(Long.MAX_VALUE))
                .makima("run", "go")) {
            run.awaitText("no daemon takes it yet: too little free disk");
            run.signal("INT");
            assertThat(run.exitCode()).isEqualTo(130);
        }
        nothingIsLeft();
    }

    @Test
    void aFailedTaskIsExitCodeOneWithTheReason() {
        try (Program run = start(agents.exitsAtOnce(3, "no such model")).makima("run", "go")) {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).contains("exit code 3").contains("no such model");
        }
        nothingIsLeft();
    }

    @Test
    void jsonIsOneObjectALine() {
        try (Program run = start(writes()).makima("run", "--json", "go")) {
            assertThat(run.exitCode()).isZero();
            List<JsonObject> lines = run.out().lines().map(JsonObject::new).toList();
            assertThat(lines).isNotEmpty();
            assertThat(lines.getLast().encode()).contains("done");
        }
    }

    @Test
    void aMissingAgentIsNamedBeforeAnythingStarts() {
        try (Program run = start(temp.resolve("no-agent")).makima("run", "go")) {
            assertThat(run.exitCode()).isNotZero();
            assertThat(run.out() + run.err()).contains("no-agent").contains("CLAUDECOMMAND");
        }
        nothingIsLeft();
    }

    @Test
    void aPlanThatBeginsWithAnAtSignIsAPlan() {
        Path agent = agents.script(
                "shows", "IFS= read -r line\ninit\nprintf '%s' \"$line\" > plan.json\nresult ok\nuntil_end_of_input\n");
        try (Program run = start(agent).makima("run", "--action", "none", "@@file and --no-option")) {
            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        }
        try (Stream<Path> files = Files.walk(home.resolve(".makima/worktrees"), 2)) {
            Path plan =
                    files.filter(file -> file.endsWith("plan.json")).findFirst().orElseThrow();
            assertThat(Files.readString(plan)).contains("@@file and --no-option");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aServiceThatStartsWithoutHomeUsesThatOfItsAccount() throws IOException {
        Path programs = Files.createDirectory(temp.resolve("programs"));
        Executable.write(programs.resolve("getent"), "#!/bin/sh\necho 'me:x:1:1:Me,,:" + home + ":/bin/sh'\n");
        Program program = start(writes())
                .without("HOME")
                .with("PATH", programs + ":" + System.getenv("PATH"))
                .makima("--version");
        assertThat(program.exitCode()).as(program.err()).isZero();
        assertThat(program.err()).isEmpty();
        assertThat(home.resolve(".makima/lib/stamp")).exists();
    }

    @Test
    void theDemoShowsThreeTasksOneOfThemFailing() {
        try (Program demo =
                new Program.Start(home).with("TMPDIR", temp.toString()).makima("demo")) {
            assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
            assertThat(demo.out()).contains("failed (on purpose)").contains("branch makima/");
        }
        nothingIsLeft();
    }
}
