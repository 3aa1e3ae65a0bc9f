package dev.makima.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.makima.cli.TestSurroundings;
import dev.makima.cli.core.Overview;
import dev.makima.testkit.Executable;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scripts offer, asked of the shells themselves; a shell that is not installed here is left out, but bash. */
class CompletionScriptsTest {
    private static final String BASH = """
            source ./makima.bash
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
            _makima
            printf '%s\\n' "${COMPREPLY[@]}"
            """;
    private static final String ZSH = """
            compdef() { : }
            source ./makima.zsh
            # What the line editor would be handed, without one.
            _describe() { local name=${argv[-1]} word; for word in "${(@P)name}"; do print -r -- "${word%%:*}"; done }
            compadd() { shift; print -rl -- "$@" }
            _files() { print -rl -- *(N) }
            compset() { : }
            words=("$@") CURRENT=$#
            _makima
            """;
    private static final String FISH = """
            source ./makima.fish
            complete -C "$argv" | string replace -r '\\t.*' ''
            """;

    @TempDir
    private Path directory;

    private static boolean installed(String shell) {
        for (String place : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(place, shell))) {
                return true;
            }
        }
        return false;
    }

    private List<String> offered(String shell, String... words) throws Exception {
        assumeTrue(shell.equals("bash") || installed(shell), shell + " is not installed");
        TestSurroundings world = new TestSurroundings(directory);
        assertThat(world.run("completion", shell)).isZero();
        Files.writeString(directory.resolve("makima." + shell), world.out());
        List<String> command = new ArrayList<>();
        command.addAll(
                switch (shell) {
                    case "bash" -> List.of("bash", "--norc", "-c", BASH, "bash");
                    case "zsh" -> List.of("zsh", "-f", "-c", ZSH, "zsh");
                    case "fish" -> List.of("fish", "-N", "-c", FISH);
                    default -> throw new IllegalArgumentException(shell);
                });
        if (shell.equals("fish")) {
            command.add(String.join(" ", words));
        } else {
            command.addAll(List.of(words));
        }
        List<String> all = lines(command);
        // bash offers what fits what is typed; the others leave that to what shows it.
        String typed = words[words.length - 1];
        return all.stream().filter(word -> word.startsWith(typed)).toList();
    }

    private List<String> lines(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(directory.resolve("errors").toFile());
        builder.environment().merge("PATH", directory.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(directory.resolve("errors")).as("standard error").isEmptyFile();
        return out.lines().filter(line -> !line.isEmpty()).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void everyCommandIsOffered(String shell) throws Exception {
        assertThat(offered(shell, "makima", "")).containsAll(Overview.names());
        assertThat(offered(shell, "makima", "contrac")).containsExactlyInAnyOrder("contract", "contracts");
    }

    @ParameterizedTest
    @CsvSource({
        "bash, tasks, li, list",
        "zsh, tasks, li, list",
        "fish, tasks, li, list",
        "bash, supervisor, adv, advance-phase",
        "zsh, supervisor, adv, advance-phase",
        "fish, supervisor, adv, advance-phase",
        "bash, completion, f, fish",
        "zsh, completion, f, fish",
        "fish, completion, f, fish",
        "bash, server, copy, copy-database",
        "bash, run, --repo, --repo",
        "zsh, run, --repo, --repo",
        "fish, run, --repo, --repo",
        "bash, config, da, daemon",
        "bash, help, con, contracts",
        "zsh, help, con, contracts",
        "fish, help, con, contracts",
    })
    void whatFollowsACommandIsOffered(String shell, String command, String typed, String expected) throws Exception {
        assertThat(offered(shell, "makima", command, typed)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void optionsAndTheirValuesAreOffered(String shell) throws Exception {
        assertThat(offered(shell, "makima", "tasks", "list", "--st")).containsExactly("--status");
        assertThat(offered(shell, "makima", "tasks", "list", "--status", "do")).containsExactly("done");
        assertThat(offered(shell, "makima", "run", "--action", "")).contains("none", "branch", "merge", "pr");
        assertThat(offered(shell, "makima", "merges", "resolve", "1a2b3c4d", "a.txt", "th"))
                .containsExactly("theirs");
        assertThat(offered(shell, "makima", "history", "--kind", "task_f")).containsExactly("task_failed");
        assertThat(offered(shell, "makima", "supervisor", "advance-phase", "ex"))
                .containsExactly("execute");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void aValueIsNotTakenForACommandAndAWordOfTextIsNot(String shell) throws Exception {
        // Were "list" taken for the command, the options of list would be offered.
        assertThat(offered(shell, "makima", "tasks", "create", "--name", "list", "--sta"))
                .containsExactly("--start");
        assertThat(offered(shell, "makima", "run", "tasks", "--loo")).containsExactly("--loop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void filesAreOfferedWhereAFileIsMeant(String shell) throws Exception {
        Files.writeString(directory.resolve("plan.md"), "do it");
        assertThat(offered(shell, "makima", "run", "--file", "pla")).containsExactly("plan.md");
        assertThat(offered(shell, "makima", "tasks", "show", "pla")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void idsAreOfferedWhereSomethingWithAnIdIsMeant(String shell) throws Exception {
        Path makima = directory.resolve("bin/makima");
        Files.createDirectories(makima.getParent());
        Executable.write(makima, """
                #!/bin/sh
                echo "$*" >>asked
                echo "no server: a complaint nobody wants in the middle of a line" >&2
                printf '%s1\\tdone  Date: parser, $(touch expanded)\\n' "$2"
                printf '%s2\\trunning  Another one\\n' "$2"
                """);
        assertThat(offered(shell, "makima", "tasks", "show", "")).containsExactly("task1", "task2");
        assertThat(offered(shell, "makima", "tasks", "list", "--daemon", "daemon2"))
                .containsExactly("daemon2");
        assertThat(offered(shell, "makima", "contracts", "show", "contract1")).containsExactly("contract1");
        assertThat(offered(shell, "makima", "keys", "revoke", "")).containsExactly("key1", "key2");
        assertThat(offered(shell, "makima", "merges", "skip", "1a2b3c4d", "task"))
                .containsExactly("task1", "task2");
        assertThat(Files.readAllLines(directory.resolve("asked")))
                .containsOnly("ids task", "ids daemon", "ids contract", "ids key");
        Files.delete(directory.resolve("asked"));
        assertThat(offered(shell, "makima", "merges", "resolve", "1a2b3c4d", "a.txt", ""))
                .containsExactlyInAnyOrder("ours", "theirs");
        assertThat(offered(shell, "makima", "tasks", "message", "1a2b3c4d", "")).isEmpty();
        assertThat(directory.resolve("asked"))
                .as("nobody is asked for what has none")
                .doesNotExist();
        assertThat(directory.resolve("expanded")).doesNotExist();
    }

    @Test
    void bashTakesAValueBehindAnEqualsSign() throws Exception {
        assertThat(offered("bash", "makima", "tasks", "list", "--status", "=", "fai"))
                .containsExactly("failed");
    }
}
