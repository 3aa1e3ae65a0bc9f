package dev.makima.daemon.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.DaemonConfig.Admission;
import dev.makima.protocol.SpawnRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {
    private static final long MIB = 1024 * 1024;

    @TempDir
    private Path temp;

    private Path proc;
    private Path cgroups;

    @BeforeEach
    void machine() throws IOException {
        proc = Files.createDirectories(temp.resolve("proc"));
        Files.createDirectory(proc.resolve("self"));
        cgroups = Files.createDirectories(temp.resolve("cgroup"));
        Files.writeString(proc.resolve("meminfo"), "MemTotal:  8192 kB\nMemAvailable:    409600 kB\n");
        Files.writeString(proc.resolve("self/cgroup"), "1:name=other:/x\n0::/outer/inner\n");
    }

    private Preflight asking(long disk, long memory, Path... places) {
        return new Preflight(new Admission(disk, memory), List.of(places), new FreeMemory(proc, cgroups));
    }

    private void group(String name, String max, long current, long inactiveFiles) throws IOException {
        Path group = Files.createDirectories(cgroups.resolve(name));
        Files.writeString(group.resolve("memory.max"), max + "\n");
        Files.writeString(group.resolve("memory.current"), current + "\n");
        Files.writeString(
                group.resolve("memory.stat"), "anon 5\ninactive_file " + inactiveFiles + "\nactive_file 99999999\n");
    }

    @Test
    void enoughOfBothIsNoReason() {
        assertThat(asking(1, 400 * MIB, temp).refuse()).isEmpty();
    }

    @Test
    void aFullFileSystemIsNamedWithWhatIsAskedAndTheKey() {
        Path place = temp.resolve("not/made/yet");
        Refusal refusal = asking(Long.MAX_VALUE, 0, place).refuse().orElseThrow();
        assertThat(refusal.reason()).isEqualTo(SpawnRefused.DISK);
        assertThat(refusal.code()).isNull();
        assertThat(refusal.message())
                .contains(place.toString(), Long.MAX_VALUE / MIB + " MiB", "admission.minFreeDiskBytes");
    }

    @Test
    void tooLittleMemoryOfTheMachineIsAReason() {
        Refusal refusal = asking(0, 401 * MIB).refuse().orElseThrow();
        assertThat(refusal.reason()).isEqualTo(SpawnRefused.MEMORY);
        assertThat(refusal.message()).contains("400 MiB", "401 MiB", "this machine", "admission.minFreeMemoryBytes");
    }

    @Test
    void theLimitOfAnOuterGroupHoldsForTheInnerOne() throws IOException {
        group("outer/inner", "max", 10 * MIB, 0);
        group("outer", String.valueOf(100 * MIB), 70 * MIB, 20 * MIB);
        // 100 - 70, and 20 of files that the kernel would let go of.
        assertThat(asking(0, 50 * MIB).refuse()).isEmpty();
        assertThat(asking(0, 51 * MIB).refuse().orElseThrow().message())
                .contains("50 MiB", cgroups.resolve("outer").toString());
    }

    @Test
    void zeroAsksForNothingAndWhatCannotBeFoundOutIsNoReason() throws IOException {
        Files.delete(proc.resolve("meminfo"));
        Files.delete(proc.resolve("self/cgroup"));
        assertThat(asking(0, 0, temp).refuse()).isEmpty();
        assertThat(asking(0, Long.MAX_VALUE, temp).refuse()).isEmpty();
    }

    @Test
    void theRealMachineSaysSomething() {
        assertThat(FreeMemory.system().least())
                .hasValueSatisfying(found -> assertThat(found.bytes()).isPositive());
    }
}
