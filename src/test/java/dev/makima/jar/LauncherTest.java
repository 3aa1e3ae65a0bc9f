package dev.makima.jar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.Executable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script in a checkout of its own, with a Maven and a JDK that only say that they were called. */
class LauncherTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path temp;

    private Path checkout;
    private Path target;
    private Path builds;

    @BeforeEach
    void lay() throws IOException {
        checkout = temp.resolve("checkout");
        target = checkout.resolve("target");
        builds = temp.resolve("builds");
        Files.createDirectories(checkout.resolve("src/main"));
        Files.createDirectories(checkout.resolve("scripts"));
        Files.createFile(checkout.resolve("pom.xml"));
        for (String name : new String[] {"makima", "find-jdk"}) {
            Executable.install(Path.of("scripts", name).toAbsolutePath(), checkout.resolve("scripts/" + name));
        }
        script(temp.resolve("jdk/bin/java"), "echo \"started: $*\"");
        Files.writeString(temp.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
        // The jar is there long before it is whole.
        script(temp.resolve("bin/mvn"), """
                echo half > target/makima.jar
                echo $$ >> '%1$s'
                until [ -e '%2$s' ] || [ ! -d target ]; do sleep 0.02; done
                echo whole > target/makima.jar
                """.formatted(builds, temp.resolve("go")));
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Executable.write(file, "#!/bin/sh\n" + text + "\n");
    }

    private Process start(String name) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        checkout.resolve("scripts/makima").toString(), "tasks", name)
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve(name).toFile());
        builder.environment().clear();
        builder.environment()
                .put("HOME", Files.createDirectories(temp.resolve("home")).toString());
        builder.environment().put("PATH", temp.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("MAKIMA_JAVA_HOME", temp.resolve("jdk").toString());
        builder.environment().put("MAKIMA_CACHE", "no");
        return builder.start();
    }

    /** The Maven of the last of so many builds that have begun. */
    private long build(int count) throws IOException {
        Await.until(PATIENCE, "build " + count, () -> built() >= count);
        return Long.parseLong(Files.readAllLines(builds).getLast());
    }

    private int built() {
        try {
            return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void ends(Process launcher, int code, String name) throws IOException, InterruptedException {
        assertThat(launcher.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(launcher.exitValue())
                .as(Files.readString(temp.resolve(name)))
                .isEqualTo(code);
    }

    private String startedJar(String name) throws IOException {
        String said = Files.readString(temp.resolve(name));
        assertThat(said).contains("started: ").contains("tasks " + name);
        return Files.readString(Path.of(said.replaceFirst("(?s).*-jar ", "").replaceFirst("(?s) tasks.*", "")));
    }

    @Test
    void oneThatIsEndedWhileItBuildsTakesMavenAlong() throws Exception {
        Process launcher = start("ended");
        long maven = build(1);
        // As a service manager, a time limit or another process ends it: itself alone.
        launcher.destroy();
        ends(launcher, 143, "ended");
        assertThat(Await.alive(maven)).isFalse();
        assertThat(target.resolve("makima-build.lock")).doesNotExist();

        // Half of a jar was left, newer than all sources.
        Files.createFile(temp.resolve("go"));
        ends(start("next"), 0, "next");
        assertThat(startedJar("next")).isEqualTo("whole\n");
        assertThat(built()).isEqualTo(2);
    }

    @Test
    void whereOneWasKilledTheNextWaitsForItsMaven() throws Exception {
        Process launcher = start("killed");
        long maven = build(1);
        launcher.destroyForcibly();
        assertThat(launcher.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        Process next = start("next");
        // It waits a second at a time: long enough for one that would not wait.
        assertThat(next.waitFor(1500, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(built()).isEqualTo(1);
        assertThat(Await.alive(maven)).isTrue();
        Files.createFile(temp.resolve("go"));
        ends(next, 0, "next");
        assertThat(startedJar("next")).isEqualTo("whole\n");
    }

    @Test
    void oneThatComesWhileAnotherBuildsStartsNoHalfOfAJar() throws Exception {
        Process first = start("first");
        build(1);
        Process second = start("second");
        assertThat(second.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();
        Files.createFile(temp.resolve("go"));
        ends(first, 0, "first");
        ends(second, 0, "second");
        assertThat(startedJar("first")).isEqualTo("whole\n");
        assertThat(startedJar("second")).isEqualTo("whole\n");
        assertThat(built()).isEqualTo(1);
    }
}
