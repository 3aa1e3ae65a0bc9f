package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Executable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As in a container whose process 1 reaps nobody: the holder's parent never waits, so it stays a zombie once it ended. */
class UnreapedTest {
    @TempDir
    private Path temp;

    private ShellTools tools;

    @BeforeEach
    void prepare() throws IOException {
        ShellTools real = ShellTools.system();
        // A shell that becomes something else after its fork has a child that it knows nothing of.
        Path setsid = Executable.write(temp.resolve("setsid"), """
                #!/bin/sh
                case $2 in
                */holder.sh)
                    %1$s "$@" &
                    echo $$ >>'%2$s'
                    exec env -i sleep 600
                    ;;
                esac
                exec %1$s "$@"
                """.formatted(real.setsid(), temp.resolve("parents")));
        tools = new ShellTools(
                real.path(),
                real.sh(),
                setsid,
                real.env(),
                real.mv(),
                real.mkdir(),
                real.tail(),
                real.coreutilsTail(),
                real.envResetsSignals());
    }

    @AfterEach
    void endTheParents() throws IOException {
        for (String parent : Files.readAllLines(temp.resolve("parents"))) {
            ProcessHandle.of(Long.parseLong(parent)).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** A launch as the next daemon sees it. */
    private Launch adopted(Agents agents, String script) {
        LaunchSpec spec = new LaunchSpec(List.of("/bin/sh", "-c", script), temp, Map.of("PATH", "/usr/bin:/bin"));
        int number = agents.start(spec, tools).number();
        Agents.await(
                "the holder", () -> Launch.attach(agents.spool, number).holder().isPresent());
        // A shell that has not yet become what waits for nobody may still do so.
        Agents.await("its parent", this::parentsAreNoShells);
        return Launch.attach(agents.spool, number);
    }

    private boolean parentsAreNoShells() {
        try {
            Path parents = temp.resolve("parents");
            if (Files.notExists(parents)) {
                return false;
            }
            for (String parent : Files.readAllLines(parents)) {
                if (!Files.readString(Path.of("/proc/" + parent + "/comm")).equals("sleep\n")) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitZombie(long pid) {
        Agents.await("the zombie " + pid, () -> state(pid) == 'Z');
    }

    private static char state(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theEndOfAnAgentIsSeenThoughItsHolderStaysAZombie() {
        try (Agents agents = new Agents(temp)) {
            // Not before its holder's parent has become what waits for nobody.
            Launch launch = adopted(agents, """
                    until read -r parent < parents && read -r name < /proc/$parent/comm && [ "$name" = sleep ]; do
                        sleep 0.02
                    done
                    exit 5
                    """);
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(5));
            awaitZombie(launch.holder().orElseThrow().pid());
            // What fed the agent ends by itself, a moment later.
            Agents.await("nothing left", () -> launch.processes().all().isEmpty());
            assertThat(launch.processes().terminate(Agents.LONG)).isEmpty();
        }
    }

    @Test
    void anAgentThatIsStoppedEndsThoughNobodyReapsItsHolder() {
        try (Agents agents = new Agents(temp)) {
            Launch launch = adopted(agents, "setsid sleep 600 & sleep 600");
            ProcessIdentity agent = Agents.running(launch);
            assertThat(launch.processes().pause()).isTrue();
            assertThat(launch.processes().resume()).isTrue();
            assertThat(launch.processes().terminate(Agents.LONG)).isEmpty();
            assertThat(Agents.isAlive(agent)).isFalse();
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(143));
            awaitZombie(launch.holder().orElseThrow().pid());
        }
    }

    @Test
    void anAgentWhoseHolderDiedAndStaysAZombieIsLostWhenItEnds() {
        try (Agents agents = new Agents(temp)) {
            Launch launch = adopted(agents, "exec sleep 600");
            ProcessIdentity agent = Agents.running(launch);
            long holder = launch.holder().orElseThrow().pid();
            Posix.kill(holder, Signal.KILL);
            awaitZombie(holder);
            assertThat(launch.state()).isEqualTo(new LaunchState.Running(agent));
            Posix.kill(agent.pid(), Signal.KILL);
            assertThat(Agents.ended(launch)).isInstanceOf(LaunchState.Lost.class);
        }
    }

    @Test
    void anAgentThatIsAZombieItselfIsNoMoreWaitedFor() {
        try (Agents agents = new Agents(temp)) {
            Launch launch = adopted(agents, "exec sleep 600");
            ProcessIdentity agent = Agents.running(launch);
            ProcessIdentity holder = launch.holder().orElseThrow();
            // It reaps nothing while it stands still.
            Posix.kill(holder.pid(), Signal.STOP);
            Agents.await("the holder to stand still", () -> state(holder.pid()) == 'T');
            Posix.kill(agent.pid(), Signal.KILL);
            awaitZombie(agent.pid());
            assertThat(Agents.isAlive(agent)).isFalse();
            assertThat(launch.processes().signalAgent(Signal.TERM)).isFalse();
            assertThat(launch.processes().pause()).isFalse();
            assertThat(launch.processes().terminate(Agents.LONG)).isEmpty();
            Posix.kill(holder.pid(), Signal.CONT);
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(137));
        }
    }
}
