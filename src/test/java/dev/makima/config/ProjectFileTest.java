package dev.makima.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectFileTest {
    private static ProjectFile parse(String text) {
        return ProjectFile.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everyKeyIsRead() {
        ProjectFile file = parse("""
                [setup]
                run = [["npm", "ci"], ["echo", "a b; c"]]
                timeoutSecs = 7
                [teardown]
                run = [["down"]]
                timeout_secs = 8
                [files]
                copy = [".env", "config/*.json"]
                link = ["models/"]
                clone = ["**/node_modules"]
                [worktree]
                sparse = ["services/shop/", "lib"]
                depth = 5
                """);

        assertThat(file.setUp().run()).containsExactly(List.of("npm", "ci"), List.of("echo", "a b; c"));
        assertThat(file.setUp().timeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(file.tearDown().run()).containsExactly(List.of("down"));
        assertThat(file.tearDown().timeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(file.files())
                .isEqualTo(new ProjectFile.Files(
                        List.of(".env", "config/*.json"), List.of("models"), List.of("**/node_modules")));
        assertThat(file.checkout().sparse()).extracting(Object::toString).containsExactly("services/shop", "lib");
        assertThat(file.checkout().depth()).hasValue(5);
    }

    @Test
    void anEmptyFileAsksForNothing() {
        ProjectFile file = parse("# nothing\n");
        assertThat(file.setUp().run()).isEmpty();
        assertThat(file.setUp().timeout()).isEqualTo(Duration.ofMinutes(10));
        assertThat(file.tearDown().timeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(file.files().isEmpty()).isTrue();
        assertThat(file.checkout().sparse()).isEmpty();
        assertThat(file.checkout().depth()).isEmpty();
        assertThat(parse("")).isEqualTo(file);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [setup]~run = ["npm ci"]|item 1 of setup.run is the text "npm ci", and no shell
            [setup]~run = "npm ci"|setup.run is the text "npm ci"; it needs a list of commands
            [setup]~run = [["npm", 1]]|item 1 of setup.run is the number 1
            [setup]~run = [["npm"], []]|item 2 of setup.run is a command without a program
            [setup]~timeoutSecs = 0|setup.timeoutSecs is the number 0; it needs a whole number from 1 to 7200
            [setup]~timeoutSecs = 7201|from 1 to 7200
            [setup]~timeoutSecs = "10"|setup.timeoutSecs is the text "10"
            [setup]~timeoutSecs = 1.5|setup.timeoutSecs is the number 1.5
            [teardown]~timeoutSecs = 601|from 1 to 600
            [setup]~runn = [["x"]]|the key setup.runn is not known; the nearest known one is setup.run
            setup = 3|the key setup is not known
            [files]~copy = ["/etc/passwd"]|item 1 of files.copy is the text "/etc/passwd"
            [files]~copy = ["a/../../b"]|item 1 of files.copy is the text "a/../../b"
            [files]~link = [".git/config"]|item 1 of files.link is the text ".git/config"
            [files]~link = ["./.GIT"]|item 1 of files.link
            [files]~clone = ["a[b"]|which is no pattern
            [files]~clone = [7]|item 1 of files.clone is the number 7
            [worktree]~sparse = [".."]|item 1 of worktree.sparse is the text ".."
            [worktree]~sparse = [""]|item 1 of worktree.sparse is an empty text
            [worktree]~sparse = ["a\\nb"]|a name with control characters
            [worktree]~depth = -1|worktree.depth is the number -1
            [worktree]~depth = 99999999999999999999|worktree.depth is the number
            [setup|it is not valid TOML at line 1
            """)
    void aMistakeIsToldWithItsKeyAndWhatIsNeeded(String text, String part) {
        assertThatThrownBy(() -> parse(text.replace("~", "\n"))).isInstanceOfSatisfying(MakimaException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION);
            assertThat(e.explain()).startsWith(".makima/project.toml").contains(part);
        });
    }

    @Test
    void whatIsNoTextOrTooLongIsRefused() {
        assertThatThrownBy(() -> ProjectFile.parse(new byte[] {'a', (byte) 0xff}))
                .hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> ProjectFile.parse(new byte[ProjectFile.LONGEST + 1]))
                .hasMessageContaining("longer than");
    }

    @Test
    void theExampleShowsEveryKey() throws IOException {
        Path example = Path.of("conf/project.toml");
        assertThat(ProjectFile.parse(Files.readAllBytes(example))).isEqualTo(parse(""));

        ProjectFile shown = parse(Files.readAllLines(example).stream()
                .map(line -> line.replaceFirst("^#(?! )", ""))
                .collect(Collectors.joining("\n")));

        assertThat(shown.setUp().run()).isNotEmpty();
        assertThat(shown.tearDown().run()).isNotEmpty();
        assertThat(shown.setUp().timeout()).isEqualTo(parse("").setUp().timeout());
        assertThat(shown.tearDown().timeout()).isEqualTo(parse("").tearDown().timeout());
        assertThat(shown.files().copied()).isNotEmpty();
        assertThat(shown.files().linked()).isNotEmpty();
        assertThat(shown.files().cloned()).isNotEmpty();
        assertThat(shown.checkout().sparse()).isNotEmpty();
        assertThat(shown.checkout().depth()).isPresent();
    }
}
