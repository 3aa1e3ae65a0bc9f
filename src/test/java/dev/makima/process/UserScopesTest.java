package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.StreamName;
import dev.makima.testkit.Executable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Launches in scopes, against a systemd-run and a cgroup tree that only look like them. */
class UserScopesTest {
    @TempDir
    private Path temp;

    private final Map<String, String> environment = new HashMap<>();
    private Path slice;
    private ProcFs proc;
    private ShellTools tools;

    @BeforeEach
    void prepare() throws IOException {
        slice = Files.createDirectories(temp.resolve("cgroup/app.slice"));
        Path self = Files.createDirectories(temp.resolve("proc/self"));
        Files.writeString(self.resolve("cgroup"), "0::/not-ours\n");
        Files.writeString(self.resolve("mountinfo"), "21 31 0:38 / " + temp + "/cgroup rw - cgroup2 cgroup2 rw\n");
        Files.writeString(self.resolve("status"), "Name:\tjava\nUid:\t1234\t1234\t1234\t1234\n");
        proc = new ProcFs(temp.resolve("proc"));
        Files.createDirectories(temp.resolve("run/1234/systemd/private"));
        environment.put("PATH", temp + "/bin");
        Files.createDirectory(temp.resolve("bin"));
        ShellTools real = ShellTools.system();
        Path mkdir = program("mkdir", """
                /bin/mkdir "$1" && cd "$1" && : >cgroup.procs && : >cgroup.kill && echo 0 >cgroup.freeze
                echo 'populated 0' >cgroup.events
                """);
        tools = new ShellTools(
                real.path(),
                real.sh(),
                real.setsid(),
                real.env(),
                real.mv(),
                mkdir,
                real.tail(),
                real.coreutilsTail(),
                real.envResetsSignals());
    }

    private Path program(String name, String script) throws IOException {
        return Executable.write(temp.resolve("bin").resolve(name), "#!/bin/sh\n" + script);
    }

    /** Notes how it was called, and does as the real one does: makes the scope, and becomes the command. */
    private void systemdRun(String before) throws IOException {
        program("systemd-run", """
                [ "$1" = --help ] && { echo ' --expand-environment=BOOL'; exit; }
                printf '%%s ' "$XDG_RUNTIME_DIR" "$@" >>'%s/calls'
                echo >>'%s/calls'
                %s
                while [ "$1" != -- ]; do
                    case $1 in --unit=*) unit=${1#--unit=} ;; esac
                    shift
                done
                shift
                mkdir '%s'/"$unit.scope"
                case "$3" in *proc/self/cgroup*) echo "0::/app.slice/$unit.scope"; exit ;; esac
                INVOCATION_ID=made-up exec "$@"
                """.formatted(temp, temp, before, slice));
    }

    private Containment find() {
        return Containment.find(proc, tools, environment, temp.resolve("run"));
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(temp.resolve("calls"));
    }

    @Test
    void aLaunchGetsAScopeWithACgroupInItAndTheEnvironmentItWasToHave() throws IOException {
        systemdRun("");
        Containment found = find();
        assertThat(found.tier()).as(found.description()).isEqualTo(Containment.Tier.SCOPE);
        assertThat(found.description()).contains("below " + slice);
        try (Agents agents = new Agents(temp.resolve("spool"), temp, found)) {
            Launch launch = agents.start(
                    new LaunchSpec(
                            List.of("/bin/sh", "-c", "env; echo '$HOME'"), temp, Map.of("PATH", "/bin", "A", "b c")),
                    tools);
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(0));
            String name = Cgroup.name(agents.run, 1);
            assertThat(calls().getLast())
                    .startsWith(temp + "/run/1234 --user --scope --quiet --collect --unit=" + name + " ")
                    .contains(" --property=Delegate=yes --expand-environment=no -- ");
            assertThat(slice.resolve(name + ".scope/" + name + "/cgroup.procs")).hasContent("0");
            assertThat(agents.spool.tail(StreamName.STDERR, 1000)).isEmpty();
            assertThat(agents.spool.tail(StreamName.STDOUT, 1000).lines())
                    .contains("A=b c", "$HOME")
                    .noneMatch(line -> line.matches("(XDG_RUNTIME_DIR|DBUS_|INVOCATION_ID).*"));
            forget(name);
        }
    }

    @Test
    void anAgentThatIsToHaveARuntimeDirectoryHasItsOwn() throws IOException {
        systemdRun("");
        environment.put("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + temp + "/bus");
        try (Agents agents = new Agents(temp.resolve("spool"), temp, find())) {
            Launch launch = agents.start(
                    new LaunchSpec(List.of("/bin/sh", "-c", "env"), temp, Map.of("XDG_RUNTIME_DIR", "/other place")),
                    tools);
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(0));
            assertThat(agents.spool.tail(StreamName.STDOUT, 1000).lines())
                    .contains("XDG_RUNTIME_DIR=/other place")
                    .noneMatch(line -> line.startsWith("DBUS_"));
            String name = Cgroup.name(agents.run, 1);
            assertThat(slice.resolve(name + ".scope/" + name + "/cgroup.procs")).hasContent("0");
            forget(name);
        }
    }

    @Test
    void aLaunchWhoseScopeCannotBeMadeRunsWithout() throws IOException {
        systemdRun("case \"$*\" in *makima-probe-*) ;; *) exit 1 ;; esac");
        Containment found = find();
        assertThat(found.tier()).isEqualTo(Containment.Tier.SCOPE);
        try (Agents agents = new Agents(temp.resolve("spool"), temp, found)) {
            Launch launch = agents.start(new LaunchSpec(List.of("/bin/sh", "-c", "exit 9"), temp, Map.of()), tools);
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(9));
            assertThat(agents.spool.tail(StreamName.STDERR, 1000)).isEmpty();
            assertThat(calls()).hasSize(3);
        }
    }

    @Test
    void withoutAUsableSystemdBothReasonsAreSaid() throws IOException {
        environment.put("XDG_RUNTIME_DIR", temp.resolve("nowhere").toString());
        assertThat(find().description())
                .contains("no cgroup v2 of this process is mounted; no systemd of this user runs");
        environment.remove("XDG_RUNTIME_DIR");
        systemdRun("exit 1");
        assertThat(find().description()).contains("systemd-run --user --scope does not work");
        program("mkdir", "exit 1");
        systemdRun("");
        assertThat(find().description()).contains("the cgroup of a scope is not ours to write");
        assertThat(find().tier()).isEqualTo(Containment.Tier.PROCESS_TREE);
    }

    /** The kernel would remove what nobody is in any more. */
    private void forget(String name) {
        SpoolFiles.deleteTree(slice.resolve(name + ".scope"));
    }
}
