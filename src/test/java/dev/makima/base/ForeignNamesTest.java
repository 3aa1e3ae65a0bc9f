package dev.makima.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Names that come from outside: what they may be, and what is said of them. */
class ForeignNamesTest {
    @Test
    void whatIsTakenForABranchIsOneForGitToo() throws IOException {
        String alphabet = "ab-./@{}~^:?*[]\\ \t\"'$|ü日🚀\u007f\u0001lock";
        int[] letters = alphabet.codePoints().toArray();
        Random random = new Random(7);
        int taken = 0;
        for (int i = 0; i < 20_000 && taken < 60; i++) {
            StringBuilder name = new StringBuilder();
            int length = 1 + random.nextInt(7);
            for (int j = 0; j < length; j++) {
                name.appendCodePoint(letters[random.nextInt(letters.length)]);
            }
            if (isTaken(name.toString())) {
                taken++;
                assertThat(gitTakes(name.toString())).as("%s", name).isTrue();
            }
        }
        assertThat(taken).isEqualTo(60);
    }

    private static boolean isTaken(String name) {
        try {
            return !new RefName(name).value().isEmpty();
        } catch (MakimaException e) {
            return false;
        }
    }

    private static boolean gitTakes(String name) throws IOException {
        Process git = new ProcessBuilder("git", "check-ref-format", "--branch", name)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return git.onExit().join().exitValue() == 0;
    }

    @Test
    void ordinaryBranchesAreTakenAndTrapsAreNot() {
        for (String good : List.of("main", "makima/task-x-1234abcd", "größe/日本", "a|b", "v1.0", "x;y", "UP_per")) {
            assertThat(new RefName(good).toString()).isEqualTo(good);
        }
        for (String bad : List.of(
                "",
                "-f",
                "--upload-pack=x",
                "a..b",
                "HEAD~1",
                "@{u}",
                "@",
                "a b",
                "a\nb",
                "a\u0000b",
                "x.lock",
                "x.lock/y",
                ".x",
                "x/.y",
                "x//y",
                "/x",
                "x/",
                "x.",
                "a".repeat(241))) {
            assertThatThrownBy(() -> new RefName(bad))
                    .as(bad)
                    .isInstanceOf(MakimaException.class)
                    .hasMessageContaining("not a valid branch name");
        }
    }

    @Test
    void urlsOfTheListedFormsAreTakenAndNothingThatRunsAProgram() {
        for (String good : List.of(
                "https://github.com/o/r",
                "http://user:pass@host:8080/r.git",
                "ssh://git@host:22/r",
                "git@github.com:o/r.git",
                "file:///srv/größe.git",
                "https://[::1]:8443/r")) {
            assertThat(new RepoUrl(good).value()).isEqualTo(good);
        }
        for (String bad : List.of(
                "",
                "ext::sh -c x",
                "fd::3",
                "--upload-pack=x",
                "-x@host:y",
                "git@-oProxyCommand=x:y",
                "git@host:-oProxyCommand=x",
                "ssh://-oProxyCommand=x/y",
                "ssh://user@-oProxyCommand=x/y",
                "ftp://host/x",
                "javascript:x",
                "https://",
                "https://host/a b",
                "https://host/a\nb",
                "https://host/" + "x".repeat(2000))) {
            assertThatThrownBy(() -> new RepoUrl(bad)).as(bad).isInstanceOf(MakimaException.class);
        }
    }

    @Test
    void aPasswordInAUrlIsNotRepeated() {
        assertThat(new RepoUrl("https://user:s3cret@host/r").toString()).isEqualTo("https://host/r");
        assertThatThrownBy(() -> new RepoUrl("https://user:s3cret@host/a b")).hasMessageNotContaining("s3cret");
    }

    @Test
    void aRelativePathStaysInside() {
        for (String good : List.of("a", "a/b", "a..b", "..a", "größe 日本", "-dash", "a\nb", "./a")) {
            assertThat(new RelativePath(good).under(Path.of("/x")).normalize()).startsWithRaw(Path.of("/x"));
        }
        for (String bad : List.of("", "..", "a/..", "a/../..", "/a", "a\u0000b", "//a", "../a")) {
            assertThatThrownBy(() -> new RelativePath(bad)).as(bad).isInstanceOf(MakimaException.class);
        }
    }

    @Test
    void anIdIsAWholeUuidInEitherCase() {
        assertThat(TaskId.of("550E8400-E29B-41D4-A716-446655440000").toString())
                .isEqualTo("550e8400-e29b-41d4-a716-446655440000");
        for (String bad : List.of(
                "",
                "1-1-1-1-1",
                "550e8400e29b41d4a716446655440000",
                " 550e8400-e29b-41d4-a716-446655440000",
                "550e8400-e29b-41d4-a716-44665544000g",
                "../../etc/passwd")) {
            assertThatThrownBy(() -> TaskId.of(bad)).as(bad).isInstanceOf(MakimaException.class);
        }
    }

    @Test
    void textIsCutBetweenCharactersWhereverTheCutFalls() {
        String text = "é日🚀e\u0301".repeat(60);
        for (int max = 1; max < 200; max++) {
            String cut = Text.abbreviate(text, max);
            assertThat(cut.length()).isLessThanOrEqualTo(max);
            byte[] bytes = cut.getBytes(StandardCharsets.UTF_8);
            // A half of a character would come out as a question mark.
            assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(cut).doesNotContain("?");
        }
        assertThat(Text.abbreviate(" a\n\tb ", 50)).isEqualTo("a b");
        // Neither git nor a terminal wants these.
        assertThat(Text.abbreviate("a\u0000b\u001b[31mc", 50)).isEqualTo("a b [31mc");
    }

    @Test
    void aSanitisedNameIsAlwaysABranchAndADirectory() {
        for (String name : List.of(
                "",
                " ",
                "..",
                ".git",
                "-f",
                "../../etc",
                "a\u0000b",
                "日本",
                "Fix: \"it\"",
                "x".repeat(500),
                "---",
                "a.lock",
                "İ")) {
            String clean = Text.sanitise(name);
            assertThat(clean).as(name).matches("[a-z0-9_][a-z0-9_-]{0,49}");
            assertThatCode(() -> new RefName("makima/task-" + clean + "-1234abcd"))
                    .doesNotThrowAnyException();
        }
        assertThat(Text.sanitise("Coordinate: everything / now!")).isEqualTo("coordinate-everything-now");
    }
}
