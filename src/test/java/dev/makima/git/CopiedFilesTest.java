package dev.makima.git;

import static dev.makima.git.GitFixture.directory;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopiedFilesTest {
    @TempDir
    private Path root;

    private Path from;
    private Path to;

    @BeforeEach
    void setUp() {
        from = directory(root.resolve("from"));
        to = directory(root.resolve("to"));
        write(root.resolve("secret"), "outside\n");
    }

    private List<String> copy(String... paths) {
        return CopiedFiles.copy(from, Stream.of(paths).map(RelativePath::new).toList(), to);
    }

    @Test
    void filesAndDirectoriesComeWithParentsAndModes() throws IOException {
        write(from.resolve(".env"), "A=1\n");
        write(from.resolve("a/b/ c\nd"), "odd\n");
        write(from.resolve("tree/x/tool"), "#!/bin/sh\n");
        assertThat(from.resolve("tree/x/tool").toFile().setExecutable(true)).isTrue();
        directory(from.resolve("tree/empty"));
        write(from.resolve("tree/.git/config"), "not this\n");
        Files.createSymbolicLink(from.resolve("tree/link"), Path.of("x/tool"));
        assertThat(copy(".env", "a/b/ c\nd", "tree")).isEmpty();
        assertThat(to.resolve(".env")).hasContent("A=1");
        assertThat(to.resolve("a/b/ c\nd")).hasContent("odd");
        assertThat(to.resolve("tree/x/tool")).isExecutable().hasContent("#!/bin/sh");
        assertThat(to.resolve("tree/empty")).isEmptyDirectory();
        assertThat(Files.readSymbolicLink(to.resolve("tree/link"))).isEqualTo(Path.of("x/tool"));
        assertThat(to.resolve("tree/.git")).doesNotExist();
        try (Stream<Path> all = Files.walk(to)) {
            assertThat(all).noneMatch(path -> path.getFileName().toString().startsWith(".makima"));
        }
    }

    @Test
    void whatIsThereIsReplacedAsAWhole() throws IOException {
        write(from.resolve("file"), "new\n");
        write(to.resolve("file"), "old and longer\n");
        write(from.resolve("link"), "a file\n");
        Files.createSymbolicLink(to.resolve("link"), root.resolve("secret"));
        assertThat(copy("file", "link")).isEmpty();
        assertThat(to.resolve("file")).hasContent("new");
        assertThat(Files.isSymbolicLink(to.resolve("link"))).isFalse();
        assertThat(to.resolve("link")).hasContent("a file");
        assertThat(root.resolve("secret")).hasContent("outside");
    }

    @Test
    void aLinkThatStaysInsideIsFollowed() throws IOException {
        write(from.resolve("config/env"), "A=1\n");
        Files.createSymbolicLink(from.resolve(".env"), from.resolve("config/env"));
        assertThat(copy(".env")).isEmpty();
        assertThat(to.resolve(".env")).isRegularFile().hasContent("A=1");
    }

    @Test
    void nothingComesFromOutside() throws IOException {
        Files.createSymbolicLink(from.resolve("link"), root.resolve("secret"));
        Files.createSymbolicLink(from.resolve("up"), Path.of(".."));
        write(from.resolve("tree/good"), "x\n");
        Files.createSymbolicLink(from.resolve("tree/absolute"), root.resolve("secret"));
        Files.createSymbolicLink(from.resolve("tree/relative"), Path.of("../../secret"));
        write(from.resolve(".git/config"), "token\n");
        assertThat(copy("link", "up/secret", "up", "tree", ".git/config", ".", "missing"))
                .hasSize(8)
                .allMatch(warning -> warning.startsWith("could not copy "));
        assertThat(to.resolve("tree/good")).hasContent("x");
        try (Stream<Path> all = Files.walk(to)) {
            assertThat(all.filter(Files::isRegularFile)).containsExactly(to.resolve("tree/good"));
        }
        for (String bad : List.of("../secret", "/etc/passwd", "a/../../secret", "")) {
            assertThatExceptionOfType(MakimaException.class).isThrownBy(() -> copy(bad));
        }
    }

    @Test
    void nothingGoesOutside() throws IOException {
        Path outside = directory(root.resolve("outside"));
        write(from.resolve("a/b/c"), "x\n");
        write(from.resolve("file/x"), "x\n");
        write(from.resolve("dir"), "x\n");
        write(from.resolve("hooks/pre-commit"), "evil\n");
        Files.createSymbolicLink(to.resolve("a"), outside);
        Files.createSymbolicLink(to.resolve("hooks"), directory(to.resolve(".git/hooks")));
        write(to.resolve("file"), "a file\n");
        directory(to.resolve("dir"));
        assertThat(copy("a/b/c", "a", "file/x", "dir", "hooks")).hasSize(5);
        assertThat(outside).isEmptyDirectory();
        assertThat(to.resolve(".git/hooks")).isEmptyDirectory();
        assertThat(to.resolve("file")).hasContent("a file");
    }

    @Test
    void specialFilesAreLeftOutWithoutBeingOpened() throws Exception {
        directory(from.resolve("tree"));
        Process made = new ProcessBuilder("mkfifo", from.resolve("tree/pipe").toString()).start();
        assertThat(made.waitFor()).isZero();
        write(from.resolve("tree/file"), "x\n");
        assertThat(copy("tree")).singleElement().asString().contains("no regular file");
        assertThat(to.resolve("tree/file")).hasContent("x");
    }
}
