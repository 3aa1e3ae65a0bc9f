package dev.makima.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.core.Surroundings;
import dev.makima.testkit.TestRepository;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonTrainingTest {
    @TempDir
    private Path home;

    @Test
    void theTrainingGoesAllTheWayToABranch() {
        PrintStream nothing = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Map<String, String> variables = Map.of(
                "PATH",
                System.getenv("PATH"),
                "MAKIMA_HOME",
                home.resolve("makima").toString());
        DaemonTraining.run(
                new Surroundings(nothing, nothing, InputStream.nullInputStream(), variables, home, false), home);
        TestRepository repository = TestRepository.at(home.resolve("repository"));
        String branch = repository.branches().stream()
                .filter(name -> name.startsWith("makima/"))
                .findFirst()
                .orElseThrow();
        assertThat(repository.content(branch, "trained.txt")).isEqualTo("trained\n");
    }
}
