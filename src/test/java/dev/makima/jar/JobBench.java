package dev.makima.jar;

import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An empty home whose path has spaces and letters that are not ASCII, a repository, and the script. */
abstract class JobBench {
    @TempDir
    Path temp;

    Path home;
    HostileAgent agents;
    TestRepository repository;

    @BeforeEach
    void prepare() throws IOException {
        home = Files.createDirectory(temp.resolve("a höme"));
        agents = new HostileAgent(Files.createDirectory(temp.resolve("agents")));
        repository = TestRepository.create(Files.createDirectory(temp.resolve("a repö")), 2);
    }

    final Program.Start start(Path agent) {
        return new Program.Start(home)
                .in(repository.directory())
                .with("MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND", agent.toString());
    }

    /** Waits for the end of all of them: who keeps an agent is gone a moment after its agent, and after the command. */
    final void nothingIsLeft() {
        Program.awaitNoneOf(temp);
    }

    /** Processes that belong to this test: each has its home in the command line or works below it. */
    final List<String> left() {
        return Program.of(temp);
    }
}
