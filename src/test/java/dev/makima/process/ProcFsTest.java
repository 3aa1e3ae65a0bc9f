package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFsTest {
    private static final String BOOT = "11111111-2222-3333-4444-555555555555";

    @TempDir
    private Path root;

    private ProcFs proc = ProcFs.system();

    @BeforeEach
    void fakeProc() throws IOException {
        Files.createDirectories(root.resolve("sys/kernel/random"));
        Files.writeString(root.resolve("sys/kernel/random/boot_id"), BOOT + "\n");
        Files.createDirectories(root.resolve("self/ns"));
        Files.createSymbolicLink(root.resolve("self/ns/pid"), Path.of("pid:[4026531836]"));
        proc = new ProcFs(root);
        process(77, 'S', 1234);
    }

    @Test
    void aNameMayHoldParenthesesAndSpaces() {
        ProcFs.Stat stat = proc.stat(77).orElseThrow();
        assertThat(stat).isEqualTo(new ProcFs.Stat(77, 'S', 5, 70, 60, 1234));
        assertThat(proc.all()).containsExactly(stat);
        assertThat(proc.identity(77)).contains(new ProcessIdentity(77, 1234, BOOT, 4026531836L));
    }

    @Test
    void aReusedNumberIsNotTheProcess() throws IOException {
        ProcessIdentity identity = proc.identity(77).orElseThrow();
        assertThat(proc.isAlive(identity)).isTrue();
        process(77, 'S', 9999);
        assertThat(proc.isAlive(identity)).isFalse();
    }

    @Test
    void neitherIsAZombieNorOneOfAnotherBootOrNamespace() throws IOException {
        ProcessIdentity identity = proc.identity(77).orElseThrow();
        assertThat(proc.isAlive(new ProcessIdentity(77, 1234, "other", 4026531836L)))
                .isFalse();
        assertThat(proc.isAlive(new ProcessIdentity(77, 1234, BOOT, 1))).isFalse();
        assertThat(proc.isAlive(new ProcessIdentity(78, 1234, BOOT, 4026531836L)))
                .isFalse();
        process(77, 'Z', 1234);
        assertThat(proc.isAlive(identity)).isFalse();
    }

    @Test
    void onlyAWholeVariableIsTheCookie() throws IOException {
        Files.writeString(root.resolve("77/environ"), "A=b\0XMAKIMA_RUN=1\0MAKIMA_RUN=12\0");
        assertThat(proc.environmentHolds(77, "MAKIMA_RUN", "12")).isTrue();
        assertThat(proc.environmentHolds(77, "MAKIMA_RUN", "1")).isFalse();
        assertThat(proc.environmentHolds(78, "MAKIMA_RUN", "1")).isFalse();
    }

    @Test
    void aReusedNumberDoesNotMakeALostLaunchRunning() throws IOException {
        Path run = Files.createDirectory(root.resolve("run"));
        LaunchDirectory directory = LaunchDirectory.of(run, 1);
        directory.prepare(proc, Optional.empty());
        ProcessIdentity agent = proc.identity(77).orElseThrow();
        process(76, 'S', 1230);
        ProcessIdentity holder = proc.identity(76).orElseThrow();
        Files.writeString(directory.path().resolve("holder"), holder.line() + "\n" + agent.line() + "\n");
        Files.writeString(directory.path().resolve("id"), agent.line() + "\n");
        assertThat(launch(directory).state()).isEqualTo(new LaunchState.Running(agent));
        process(76, 'S', 5550);
        assertThat(launch(directory).state()).isEqualTo(new LaunchState.Running(agent));
        process(77, 'S', 5555);
        assertThat(launch(directory).state()).isInstanceOf(LaunchState.Lost.class);
        Files.writeString(root.resolve("sys/kernel/random/boot_id"), "another\n");
        proc = new ProcFs(root);
        assertThat(launch(directory).state()).isEqualTo(new LaunchState.Lost("the machine was started anew since"));
        Files.writeString(directory.path().resolve("exit"), "007\n");
        assertThat(launch(directory).state()).isEqualTo(new LaunchState.Exited(7));
    }

    @Test
    void ignoredSignalsAreSeenButNotTheLibrarysOwn() throws IOException {
        Files.writeString(root.resolve("self/status"), "SigBlk:\t1\nSigIgn:\t0000000180000000\n");
        assertThat(proc.ignoresSignals()).isFalse();
        Files.writeString(root.resolve("self/status"), "SigBlk:\t0\nSigIgn:\t0000000180000002\n");
        assertThat(proc.ignoresSignals()).isTrue();
    }

    @Test
    void theRealOneKnowsThisProcess() {
        ProcFs real = ProcFs.system();
        ProcessIdentity self = real.identity(ProcessHandle.current().pid()).orElseThrow();
        assertThat(Agents.isAlive(self)).isTrue();
        assertThat(ProcessIdentity.parse(self.line())).contains(self);
        assertThat(ProcessIdentity.parse("1 2 3")).isEmpty();
        assertThat(ProcessIdentity.parse("1 x b 3")).isEmpty();
        assertThat(real.all()).extracting(ProcFs.Stat::pid).contains(self.pid(), 1L);
    }

    private Launch launch(LaunchDirectory directory) {
        RunSpool spool =
                RunSpool.create(root.resolve("spools"), new TaskId(UUID.randomUUID()), new RunId(UUID.randomUUID()));
        return new Launch(spool, 1, directory, proc, null);
    }

    private void process(long pid, char state, long ticks) throws IOException {
        Files.createDirectories(root.resolve(Long.toString(pid)));
        Files.writeString(
                root.resolve(pid + "/stat"),
                pid + " (a) b (c) " + state + " 5 70 60 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " + ticks + " 100 1 2 3\n");
    }
}
