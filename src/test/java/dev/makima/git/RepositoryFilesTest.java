package dev.makima.git;

import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryFilesTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Path repository;
    private RepositoryFiles files;

    @BeforeEach
    void setUp() {
        fixture = new GitFixture(root);
        repository = fixture.repository("home/app");
        files = new RepositoryFiles(fixture.git(), 100);
    }

    @Test
    void aFileIsReadAsItLiesThere() throws Exception {
        write(repository.resolve("README"), "edited größe\n");
        write(repository.resolve("dir/with space"), "new\n\n");
        write(repository.resolve("empty"), "");
        assertThat(read("README")).isEqualTo("edited größe\n");
        assertThat(read("dir/with space")).isEqualTo("new\n\n");
        assertThat(read("./dir//with space")).isEqualTo("new\n\n");
        assertThat(read("empty")).isEmpty();
        assertThat(files.read(Path.of("~/app"), new RelativePath("README"))).startsWith("edited");
        assertThat(files.read(repository.resolve("dir"), new RelativePath("with space")))
                .startsWith("new");
        Files.createSymbolicLink(repository.resolve("inside"), Path.of("dir/with space"));
        assertThat(read("inside")).startsWith("new");
    }

    @Test
    void noPathLeavesTheRepositoryAndNoneReachesGitItself() throws IOException {
        write(root.resolve("secret"), "password\n");
        write(root.resolve("home/app-other/secret"), "password\n");
        Files.createSymbolicLink(repository.resolve("link"), root.resolve("secret"));
        Files.createSymbolicLink(repository.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(repository.resolve("git"), Path.of(".git"));
        Files.createSymbolicLink(repository.resolve("config"), Path.of(".git/config"));
        for (String hostile : List.of(
                "link", "up/app-other/secret", ".git/config", ".GIT/config", "git/config", "config", "./.git/HEAD")) {
            MakimaException failure = fails(hostile);
            assertThat(failure.code()).as(hostile).isEqualTo(ErrorCode.VALIDATION);
            assertThat(failure.what()).contains("leads out of the files");
        }
        for (String hostile : List.of("../secret", "/etc/passwd", "a/../../secret", "", "a\0b")) {
            assertThat(catchThrowableOfType(MakimaException.class, () -> new RelativePath(hostile)))
                    .as(hostile)
                    .isNotNull();
        }
    }

    @Test
    void onlyPlainTextOfABoundedLengthIsSent() throws Exception {
        write(repository.resolve("fits"), "x".repeat(100));
        write(repository.resolve("long"), "x".repeat(101));
        Files.write(repository.resolve("binary"), new byte[] {'a', 0, 'b'});
        Files.write(repository.resolve("latin"), new byte[] {(byte) 0xf6});
        assertThat(read("fits")).hasSize(100);
        assertThat(fails("long").what()).contains("101 bytes").contains("100");
        assertThat(fails("binary").what()).contains("not a text file");
        assertThat(fails("latin").what()).contains("not a text file");
        assertThat(fails("nowhere").code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(fails("README/deeper").code()).isIn(ErrorCode.NOT_FOUND, ErrorCode.IO);
        GitFixture.directory(repository.resolve("dir"));
        assertThat(fails("dir").what()).contains("is not a file");
        assertThat(fails(".").what()).contains("is not a file");
        Process fifo = new ProcessBuilder("mkfifo", repository.resolve("fifo").toString()).start();
        assertThat(fifo.waitFor()).isZero();
        assertThat(fails("fifo").what()).contains("is not a file");
    }

    @Test
    void aBareRepositoryAnswersFromItsHead() throws Exception {
        Files.createSymbolicLink(repository.resolve("link"), Path.of("dir/elsewhere"));
        fixture.commit(repository, "dir/größe *", "content\n");
        fixture.commit(repository, "long", "x".repeat(101));
        fixture.sh(root, "clone", "-q", "--bare", repository.toString(), "bare.git");
        Path bare = root.resolve("bare.git");
        assertThat(files.read(bare, new RelativePath("dir/größe *"))).isEqualTo("content\n");
        for (String name : List.of("link", "dir", "long", "nowhere", "HEAD", "config", "dir/*")) {
            assertThat(catchThrowableOfType(MakimaException.class, () -> files.read(bare, new RelativePath(name))))
                    .as(name)
                    .isNotNull();
        }
        fixture.sh(root, "init", "-q", "--bare", "empty.git");
        assertThat(catchThrowableOfType(
                                MakimaException.class,
                                () -> files.read(root.resolve("empty.git"), new RelativePath("README")))
                        .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void whatIsNoRepositoryIsTold() {
        for (Path path : List.of(root.resolve("nowhere"), root, Path.of("relative"), repository.resolve("README"))) {
            assertThat(catchThrowableOfType(MakimaException.class, () -> files.read(path, new RelativePath("README"))))
                    .as(path.toString())
                    .isNotNull();
        }
    }

    private String read(String file) throws InterruptedException {
        return files.read(repository, new RelativePath(file));
    }

    private MakimaException fails(String file) {
        return catchThrowableOfType(MakimaException.class, () -> read(file));
    }
}
