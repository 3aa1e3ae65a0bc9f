package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.daemon.WorkBench.Outcome;
import dev.makima.testkit.Await;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon that dies after a completion action and before the end is saved is followed by one that does it again. */
class FinishAgainTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"merge", "branch", "none"})
    void anActionThatWasDoneIsNotDoneTwice(String action) throws Exception {
        TestRepository repository = TestRepository.create(temp.resolve("repository"), 1);
        try (WorkBench bench = new WorkBench(temp)) {
            JsonObject task = WorkBench.task("a", repository.directory().toString())
                    .put("completionAction", action)
                    .put("targetRepoPath", repository.directory().toString())
                    .put("autoMergeLocal", action.equals("none"));
            Outcome first = bench.run(task, "echo new > new.txt");
            assertThat(first.result().getBoolean("success"))
                    .as(first.result().encode())
                    .isTrue();
            String main = repository.revision("main");
            JsonObject again = again(bench, first.id());
            assertThat(again.getBoolean("success")).as(again.encode()).isTrue();
            assertThat(again.getString("branch")).isEqualTo(first.result().getString("branch"));
            assertThat(again.getString("commitSha")).isEqualTo(first.result().getString("commitSha"));
            assertThat(repository.revision("main")).isEqualTo(main);
        }
    }

    /** Lets the next daemon find the task as a dead one leaves it, and waits for that daemon's word on the action. */
    private static JsonObject again(WorkBench bench, String id) {
        // The daemon notes that the server has all of the run after the server has it.
        bench.restart(() -> setBack(bench, id));
        Await.until(
                PATIENCE,
                "the second end",
                () -> bench.about("taskComplete", id).size() == 2);
        assertThat(bench.about("completionActionResult", id)).hasSize(2);
        return bench.about("completionActionResult", id).getLast();
    }

    private static void setBack(WorkBench bench, String id) {
        List<String> changes = List.of(
                "UPDATE task SET state = 'running', branch = 'makima/task-a-"
                        + TaskId.of(id).shortId() + "' WHERE task_id = ?",
                "UPDATE run SET released_at = NULL WHERE task_id = ?");
        try (Connection database =
                DriverManager.getConnection("jdbc:sqlite:" + bench.home().resolve("daemon.db"))) {
            for (String change : changes) {
                try (PreparedStatement statement = database.prepareStatement(change)) {
                    statement.setString(1, id);
                    assertThat(statement.executeUpdate()).isEqualTo(1);
                }
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
