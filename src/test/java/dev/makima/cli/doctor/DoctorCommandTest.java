package dev.makima.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.TestSurroundings;
import dev.makima.cli.core.ExitCode;
import dev.makima.testkit.Executable;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole output of doctor on a home that is in order, and on one where nothing is. */
class DoctorCommandTest {
    @TempDir
    private Path temp;

    private Path home;
    private TestSurroundings machine;

    @BeforeEach
    void makeHome() throws IOException {
        home = Files.createDirectory(
                temp.resolve("home"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        machine = new TestSurroundings(temp).with("MAKIMA_HTTP_PORT", "0");
    }

    private Path agent(String body) throws IOException {
        return Executable.write(temp.resolve("agent"), "#!/bin/sh\n" + body + "\n");
    }

    private void agentIs(Path agent) {
        machine.with("MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND", agent.toString());
    }

    private Path knownAgent(boolean loggedIn) throws IOException {
        return agent("case \"$1 $2\" in\n"
                + "'--version ') echo '2.1.329 (Claude Code)' ;;\n"
                + "'auth status') echo '{\"loggedIn\":" + loggedIn + ",\"authMethod\":\"claude.ai\"}'; exit "
                + (loggedIn ? 0 : 1) + " ;;\n"
                + "*) exit 3 ;;\nesac");
    }

    @Test
    void aHealthyHomeHasALineForEachThingAndNothingIsWrong() throws IOException {
        agentIs(knownAgent(true));
        int code = machine.run("doctor");
        assertThat(machine.out())
                .contains(
                        "ok        daemon config: no file, the defaults and variables",
                        "ok        system: Linux",
                        "ok        java: JDK 25",
                        "ok        git: git 2.",
                        "ok        agent: " + temp.resolve("agent") + " 2.1.329",
                        "ok        login: logged in by claude.ai",
                        "sandbox: none in this version",
                        "processes: ",
                        "ok        directories: " + home,
                        "disk: ",
                        "ok        daemon database: " + home.resolve("daemon.db") + ": none yet",
                        "ok        server: none is configured",
                        "ok        port: http.port is 0",
                        "ok        instance: none runs here",
                        "ok        daemon: none runs on " + home,
                        // Empty cgroups are the machine's, and may be another test's.
                        "leftover",
                        "Nothing is wrong here");
        assertThat(machine.out()).doesNotContain("wrong     ").doesNotContain("\u001b");
        assertThat(machine.err()).isEmpty();
        assertThat(code).isEqualTo(ExitCode.OK);
        // It has only looked.
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void aBrokenHomeGetsEachThingNamedWithItsCure() throws IOException {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(home.resolve("daemon.db"), "this is no database, whatever its name says");
        Files.writeString(home.resolve("repos"), "a file where a directory should be");
        Files.writeString(temp.resolve("makima-daemon.toml"), """
                [server]
                url = "http://127.0.0.1:1"
                apiKey = "mk_x"
                [process]
                maxConcurrentTasks = "many"
                """);
        agentIs(temp.resolve("missing/claude"));
        int code = machine.run("doctor");
        assertThat(code).isEqualTo(ExitCode.FAILURE);
        String out = machine.out();
        assertThat(out)
                .contains("wrong     daemon config: ")
                .contains("process.maxConcurrentTasks")
                .contains("wrong     worktree.reposDir: " + home.resolve("repos"))
                .contains("warning   home: " + home + " can be entered by others")
                .contains("chmod 700 " + home)
                .contains("wrong     daemon database: ")
                .contains("no SQLite database")
                .contains("wrong     server: http://127.0.0.1:1")
                .contains("nothing listens there")
                .contains("things are wrong");
        // A configuration that cannot be used is a finding, and the rest is looked at with what is known.
        assertThat(out).contains("ok        git: git 2.").contains("agent: ");
        assertThat(machine.err()).isEmpty();
    }

    @Test
    void aFileThatGivesItsKeyAwayIsNamedOnceWithWhatToDo() throws IOException {
        Path file = Files.writeString(temp.resolve("makima-daemon.toml"), """
                [server]
                url = "http://127.0.0.1:1"
                apiKey = "mk_x"
                """);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        machine.run("doctor");
        assertThat(machine.out().lines().filter(line -> line.contains("daemon config: ")))
                .singleElement()
                .asString()
                .endsWith("warning   daemon config: " + file
                        + " holds a key and can be read by everybody on this machine; chmod 600 it");
        assertThat(machine.out()).doesNotContain("Correct it");
    }

    @Test
    void aFileThatIsNoTomlIsToldOnce() throws IOException {
        Files.writeString(temp.resolve("makima-daemon.toml"), "[server\nurl = 5\n");
        assertThat(machine.run("doctor")).isEqualTo(ExitCode.FAILURE);
        assertThat(machine.out()).containsOnlyOnce("is not valid TOML at line 1");
    }

    @Test
    void anAgentThatIsNotThereOrNotLoggedInIsWrong() throws IOException {
        agentIs(temp.resolve("missing/claude"));
        assertThat(machine.run("doctor")).isEqualTo(ExitCode.FAILURE);
        assertThat(machine.out()).contains("wrong     agent: the agent " + temp.resolve("missing/claude"));
        agentIs(knownAgent(false));
        assertThat(machine.run("doctor")).isEqualTo(ExitCode.FAILURE);
        assertThat(machine.out()).contains("wrong     login: the agent is not logged in on this machine");
    }

    @Test
    void anAgentOfAnUnknownVersionIsNeverAskedMoreThanItsVersion() throws IOException {
        agentIs(agent("echo \"$*\" >>" + temp.resolve("asked") + "; echo hello"));
        machine.run("doctor");
        assertThat(temp.resolve("asked")).hasContent("--version");
        assertThat(machine.out()).contains("tells no version").contains("no login of the agent is found");
    }

    @Test
    void forProgramsThereIsJson() throws IOException {
        agentIs(knownAgent(false));
        assertThat(machine.run("doctor", "--json")).isEqualTo(ExitCode.FAILURE);
        JsonObject answer = new JsonObject(machine.out());
        assertThat(answer.getBoolean("healthy")).isFalse();
        List<JsonObject> findings = answer.getJsonArray("findings").stream()
                .map(JsonObject.class::cast)
                .toList();
        assertThat(findings)
                .filteredOn(one -> one.getString("subject").equals("login"))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.getString("level")).isEqualTo("wrong");
                    assertThat(one.getString("cure")).contains("auth login");
                });
    }

    @Test
    void cleaningAnEmptyHomeSaysSo() throws IOException {
        agentIs(knownAgent(true));
        assertThat(machine.run("doctor", "--clean", "--dry-run")).isEqualTo(ExitCode.OK);
        assertThat(home).isEmptyDirectory();
        machine = new TestSurroundings(temp);
        assertThat(machine.run("doctor", "--clean", "--json")).isEqualTo(ExitCode.OK);
        assertThat(new JsonObject(machine.out()).getJsonArray("leftovers"))
                .allMatch(one -> ((JsonObject) one).getString("kind").equals("cgroups"));
        assertThat(machine.run("doctor", "--dry-run")).isEqualTo(ExitCode.USAGE);
        assertThat(machine.err()).contains("--dry-run goes with --clean");
    }
}
