package dev.makima.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import dev.makima.cli.TestSurroundings;
import dev.makima.cli.core.Surroundings;
import dev.makima.testkit.TestRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskRepositoryTest {
    @TempDir
    Path directory;

    private Surroundings here;

    @BeforeEach
    void aRepository() throws IOException, InterruptedException {
        directory = directory.toRealPath();
        here = new TestSurroundings(directory).make();
        git("init", "-q", "-b", "trunk");
        git("config", "user.name", "Ada");
        git("config", "user.email", "ada@example.org");
    }

    private void commit() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("a.txt"), "a\n");
        git("add", "a.txt");
        git("-c", "commit.gpgsign=false", "commit", "-q", "-m", "first");
    }

    private void git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", directory.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(TestRepository.environment());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    @Test
    void theCurrentDirectorysRepositoryAndBranchAreTheDefault() throws Exception {
        commit();
        Path inside = Files.createDirectories(directory.resolve("deep/inside"));
        Surroundings deep = new Surroundings(here.out(), here.err(), here.in(), here.environment(), inside, false);
        TaskRepository found = TaskRepository.find(deep, null, null, true);
        assertThat(found)
                .isEqualTo(new TaskRepository(directory.toString(), "trunk", directory.toString(), false, List.of()));
    }

    @Test
    void aBranchToMergeIntoHasToBeThereBeforeTheAgentWorks() throws Exception {
        commit();
        git("branch", "release/1");
        TaskRepository found = TaskRepository.find(here, null, null, true);
        found.requireBranch(here, "release/1");
        assertThatThrownBy(() -> found.requireBranch(here, "release/2"))
                .isInstanceOf(MakimaException.class)
                .hasMessage("there is no branch release/2 in " + directory);
        // What a URL has is not known here.
        TaskRepository.find(here, "https://example.org/shop", null, true).requireBranch(here, "release/2");
    }

    @Test
    void uncommittedFilesAreToldInOneLine() throws Exception {
        commit();
        Files.writeString(directory.resolve("a.txt"), "changed\n");
        Files.writeString(directory.resolve("b.txt"), "new\n");
        assertThat(TaskRepository.find(here, null, null, true).notes())
                .singleElement()
                .asString()
                .startsWith("2 files are not committed here")
                .contains("does not see");
    }

    @Test
    void aRepositoryWithoutACommitIsRefusedWithACure() {
        assertThatThrownBy(() -> TaskRepository.find(here, ".", null, true))
                .isInstanceOfSatisfying(
                        MakimaException.class,
                        e -> assertThat(e.explain()).contains("no commit yet").contains("git commit --allow-empty"));
    }

    @Test
    void aRemoteServerGetsTheOriginNotThePath() throws Exception {
        commit();
        assertThatThrownBy(() -> TaskRepository.find(here, null, null, false))
                .isInstanceOfSatisfying(
                        MakimaException.class, e -> assertThat(e.explain()).contains("--repo URL"));
        git("remote", "add", "origin", "https://user:password@example.org/x.git");
        TaskRepository found = TaskRepository.find(here, null, null, false);
        assertThat(found.url()).isEqualTo("https://user:password@example.org/x.git");
        assertThat(found.target()).isNull();
        assertThat(found.notes().getFirst())
                .contains("https://example.org/x.git")
                .doesNotContain("password");
    }

    @Test
    void aBaseBranchThatIsNoneIsRefused() throws Exception {
        commit();
        assertThatThrownBy(() -> TaskRepository.find(here, null, "-x", true))
                .hasMessageContaining("not a valid branch");
    }

    @Test
    void newOnesAndUrlsAreTakenAsTheyAre() {
        assertThat(TaskRepository.find(here, "new://", null, true).url()).isEqualTo("new://");
        assertThat(TaskRepository.find(here, "git@example.org:me/x.git", "dev", true)
                        .base())
                .isEqualTo("dev");
    }
}
