package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which tier is in force; and, against a directory that looks like a cgroup, what is read and written there. */
class ContainmentTest {
    @TempDir
    private Path temp;

    private final RunId run = new RunId(UUID.randomUUID());

    private ProcFs proc(String cgroup, String mounts) throws IOException {
        Path self = Files.createDirectories(temp.resolve("proc/self"));
        Files.writeString(self.resolve("cgroup"), cgroup);
        Files.writeString(self.resolve("mountinfo"), mounts.replace("TEMP", temp.toString()));
        return new ProcFs(temp.resolve("proc"));
    }

    private Cgroup cgroup(String procs, String events) throws IOException {
        Path directory = Files.createDirectories(temp.resolve("cgroup"));
        Files.writeString(directory.resolve("cgroup.procs"), procs);
        Files.writeString(directory.resolve("cgroup.events"), events);
        Files.writeString(directory.resolve("cgroup.freeze"), "0\n");
        Files.writeString(directory.resolve("cgroup.kill"), "");
        return new Cgroup(directory);
    }

    @Test
    void theTierOfThisMachineIsToldWithWhereOrWhyNot() {
        Containment here =
                Containment.find(ProcFs.system(), ShellTools.system(), System.getenv(), Path.of("/run/user"));
        assertThat(here.tier()).isEqualTo(Containment.system().tier());
        assertThat(here.description()).isEqualTo(Containment.system().description());
        switch (here.tier()) {
            case CGROUP -> {
                Path own = ProcFs.system().ownCgroup().orElseThrow();
                assertThat(here.description()).contains("below " + own);
                Cgroup made = here.make(run, 1).orElseThrow();
                assertThat(made.directory()).isEqualTo(own.resolve("makima-" + run + "-1"));
                assertThat(made.members()).isEmpty();
                assertThat(here.make(run, 1)).contains(made);
                made.remove();
                assertThat(made.exists()).isFalse();
            }
            case SCOPE -> {
                UserScopes scopes = here.scopes().orElseThrow();
                assertThat(here.description()).contains("below " + scopes.parent());
                assertThat(here.make(run, 1)).contains(scopes.cgroup(run, 1));
            }
            case PROCESS_TREE -> {
                assertThat(here.description()).startsWith("no cgroup for each run (");
                assertThat(here.make(run, 1)).isEmpty();
            }
        }
    }

    @Test
    void ourOwnCgroupIsFoundUnderAnyMount() throws IOException {
        Path unit = Files.createDirectories(temp.resolve("uni fied/system.slice/makima.service"));
        ProcFs proc = proc("4:memory:/elsewhere\n0::/system.slice/makima.service\n", """
                19 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd
                20 31 0:38 / TEMP/not-there rw,relatime - cgroup2 cgroup2 rw
                21 31 0:38 / TEMP/uni\\040fied rw,relatime shared:4 - cgroup2 cgroup2 rw
                """);
        assertThat(proc.ownCgroup()).contains(unit);
    }

    @Test
    void aMountOfAPartOfTheTreeIsUnderstood() throws IOException {
        Path inside = Files.createDirectories(temp.resolve("cg/inner"));
        String mount = "21 31 0:38 /docker/abc TEMP/cg rw - cgroup2 cgroup2 rw\n";
        assertThat(proc("0::/docker/abc/inner\n", mount).ownCgroup()).contains(inside);
        assertThat(proc("0::/docker/other\n", mount).ownCgroup()).isEmpty();
        assertThat(proc("0::/../outside\n", mount).ownCgroup()).isEmpty();
        assertThat(proc("1:name=systemd:/\n", mount).ownCgroup()).isEmpty();
    }

    @Test
    void withoutAUsableCgroupTheReasonIsSaid() throws IOException {
        ShellTools tools = ShellTools.system();
        ProcFs none = proc("0::/\n", "21 31 0:38 / TEMP/cg rw - cgroup rw\n");
        assertThat(Containment.find(none, tools).description()).contains("no cgroup v2 of this process is mounted");
        // A directory that is none of the kernel's has no files of the kernel's.
        Files.createDirectories(temp.resolve("cg"));
        ProcFs plain = proc("0::/\n", "21 31 0:38 / TEMP/cg rw - cgroup2 cgroup2 rw\n");
        Containment old = Containment.find(plain, tools);
        assertThat(old.tier()).isEqualTo(Containment.Tier.PROCESS_TREE);
        assertThat(old.description()).contains("older than 5.14").contains("Delegate=yes");
    }

    @Test
    void aCgroupIsReadAndWrittenAsTheKernelWantsIt() throws IOException {
        Cgroup cgroup = cgroup("12\n0\n345\n", "populated 1\nfrozen 0\n");
        Path below = Files.createDirectories(cgroup.directory().resolve("docker/deep"));
        Files.writeString(below.resolve("cgroup.procs"), "77\n");
        assertThat(cgroup.members()).containsExactlyInAnyOrder(12L, 345L, 77L);
        assertThat(cgroup.isFrozen()).isFalse();
        assertThat(cgroup.freeze()).isTrue();
        assertThat(cgroup.directory().resolve("cgroup.freeze")).hasContent("1\n");
        Files.writeString(cgroup.directory().resolve("cgroup.events"), "populated 1\nfrozen 1\n");
        assertThat(cgroup.isFrozen()).isTrue();
        cgroup.thaw();
        assertThat(cgroup.directory().resolve("cgroup.freeze")).hasContent("0\n");
        cgroup.kill();
        assertThat(cgroup.directory().resolve("cgroup.kill")).hasContent("1");
        cgroup.remove();
        assertThat(below).as("somebody is in there").exists();
    }

    @Test
    void oldCgroupsWithNobodyInsideAreTidiedUp() throws IOException {
        Containment here = Containment.system();
        switch (here.tier()) {
            case CGROUP -> {
                // Below a cgroup of its own, since others' tests have theirs beside it.
                Cgroup outer = here.make(run, 7).orElseThrow();
                Path old = Files.createDirectory(outer.directory().resolve("makima-old"));
                Path other = Files.createDirectory(outer.directory().resolve("other"));
                Containment.tidy(outer.directory(), Instant.EPOCH);
                assertThat(old).exists();
                Containment.tidy(outer.directory(), Instant.now().plusSeconds(1));
                assertThat(old).doesNotExist();
                assertThat(other).exists();
                outer.remove();
                assertThat(outer.exists()).isFalse();
            }
            case SCOPE, PROCESS_TREE -> Containment.tidy(temp.resolve("not-there"), Instant.EPOCH);
        }
    }

    @Test
    void aCgroupThatIsGoneIsNoErrorToAnybody() {
        Cgroup gone = new Cgroup(temp.resolve("gone"));
        assertThat(gone.members()).isEmpty();
        assertThat(gone.freeze()).isFalse();
        assertThat(gone.isFrozen()).isFalse();
        gone.thaw();
        gone.kill();
        gone.remove();
        assertThat(gone.exists()).isFalse();
        assertThat(new RunCgroups(List.of(gone)).areFrozen()).isTrue();
    }

    @Test
    void aCgroupThatCannotBeUsedLeavesTheSignals() throws IOException {
        try (Agents agents = new Agents(temp.resolve("spool"), temp, Containment.below(temp.resolve("broken")))) {
            // It is there, and nothing can be written to it.
            Path broken = temp.resolve("broken").resolve(Cgroup.name(agents.run, 1));
            Files.createDirectories(broken.resolve("cgroup.procs"));
            Launch launch = agents.sh("setsid sleep 1000 & echo $!; wait");
            Agents.await("its tool", () -> agents.spool.length(StreamName.STDOUT) > 0);
            assertThat(agents.spool.tail(StreamName.STDERR, 1000)).contains("cgroup.procs");
            assertThat(launch.processes().pause()).isTrue();
            assertThat(launch.processes().resume()).isTrue();
            assertThat(launch.processes().terminate(Agents.LONG)).isEmpty();
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(143));
            Files.delete(broken.resolve("cgroup.procs"));
            Files.delete(broken);
        }
    }

    @Test
    void aLaunchThatNamesAnotherCgroupThanItsOwnIsNotBelieved() throws IOException {
        LaunchDirectory launch = LaunchDirectory.of(temp, 2);
        Files.createDirectory(launch.path());
        launch.record(new Cgroup(temp.resolve("makima-" + run + "-2")));
        assertThat(launch.cgroup(run)).contains(new Cgroup(temp.resolve("makima-" + run + "-2")));
        assertThat(launch.cgroup(new RunId(UUID.randomUUID()))).isEmpty();
        for (String forged : List.of("/sys/fs/cgroup\n", "makima-" + run + "-2\n", "/x/makima-" + run + "-1\n", "\n")) {
            Files.writeString(launch.path().resolve("cgroup"), forged);
            assertThat(launch.cgroup(run)).as(forged).isEmpty();
        }
    }
}
