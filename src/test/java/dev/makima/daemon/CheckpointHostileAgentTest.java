package dev.makima.daemon;

import static dev.makima.daemon.CheckpointWorld.OFTEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints without a pause of an agent that uses git without a pause: neither hears anything of the other. */
class CheckpointHostileAgentTest {
    /**
     * {@code must} notes a command that fails. {@code saved} waits for a checkpoint newer than the last, and notes
     * where HEAD, the index or the status are not what they were before.
     */
    private static final String TOOLS = """
            failures='FAILURES'
            must() { "$@" > '/dev/null' 2> "$failures.last" || { echo "failed: $*" >> "$failures"; cat "$failures.last" >> "$failures"; }; }
            state() { git rev-parse HEAD; git ls-files --stage; git status --porcelain=v2 --branch; }
            checkpoint() { git for-each-ref --format='%(objectname)' refs/makima/checkpoints; }
            saved() {
                before=$(state); old=$(checkpoint); n=0
                echo "$1" > saved-work
                before=$(state)
                while [ "$(checkpoint)" = "$old" ]; do
                    n=$((n + 1))
                    [ $n -lt 400 ] || { echo "no checkpoint: $1" >> "$failures"; return; }
                    sleep 0.05
                done
                [ "$(state)" = "$before" ] || echo "the state has changed: $1" >> "$failures"
            }
            first_line
            init
            git config user.name Agent; git config user.email agent@example.org
            branch=$(git symbolic-ref --short HEAD)
            """;

    @TempDir
    private Path temp;

    private CheckpointWorld world;
    private Path failures;

    @BeforeEach
    void begin() throws IOException {
        world = new CheckpointWorld(temp);
        failures = temp.resolve("failures");
    }

    @AfterEach
    void end() {
        world.close();
    }

    private void play(String script) throws IOException {
        Path agent = world.agents.script(
                "uses-git",
                TOOLS.replace("FAILURES", failures.toString()) + script + "\nresult done\nuntil_end_of_input");
        try (DaemonHarness _ = world.daemon(agent, OFTEN)) {
            world.server.send(world.spawn());
            JsonObject end = world.server.await("taskComplete", world.taskId, Duration.ofSeconds(60));
            assertThat(end.getBoolean("success")).as(end.encode()).isTrue();
        }
        assertThat(Files.exists(failures) ? Files.readString(failures) : "").isEmpty();
        assertThat(world.repository.git("fsck", "--strict", "--no-dangling")).isEmpty();
        assertThat(world.reports()).isNotEmpty().allMatch(report -> report.getBoolean("success"));
        assertThat(world.server.mistakes()).isEmpty();
    }

    @Test
    void anAgentThatCommitsMergesAndRebases() throws IOException {
        play("""
                for i in 1 2 3; do
                    echo "$i" > "work$i"
                    must git add --all
                    saved "staged $i"
                    must git commit -q -m "round $i"
                    must git commit -q --amend -m "round $i again"
                    must git checkout -q -b "side$i" HEAD~1
                    echo "$i" > "side$i.txt"
                    must git add "side$i.txt"
                    must git commit -q -m "side $i"
                    must git checkout -q "$branch"
                    must git merge -q --no-ff -m "merge $i" "side$i"
                    echo "$i" > "own$i"
                    must git add --all
                    must git commit -q -m "own $i"
                    must git rebase -q --force-rebase HEAD~1
                    must git stash push -q --include-untracked
                    saved "after $i"
                    rm -f saved-work
                    must git reset -q --hard
                done
                [ -z "$(git status --porcelain)" ] || { echo 'not clean:'; git status; } >> "$failures"
                """);
    }

    @Test
    void anAgentThatHoldsTheLockOfItsIndexAndDetaches() throws IOException {
        play("""
                lock="$(git rev-parse --git-dir)/index.lock"
                : > "$lock"
                saved 'while the index is locked'
                [ -e "$lock" ] || echo 'the lock is gone' >> "$failures"
                rm "$lock"
                must git checkout -q --detach
                saved 'on no branch'
                must git add --all
                must git commit -q -m 'on no branch'
                must git checkout -q -b another
                saved 'on another branch'
                """);
        assertThat(world.reports().stream().map(report -> report.getString("branchName")))
                .contains("unknown", "another");
    }

    @Test
    void aMergeInProgressIsLeftAlone() throws IOException {
        play("""
                echo ours > conflict; must git add --all; must git commit -q -m ours
                must git checkout -q -b side HEAD~1
                echo theirs > conflict; must git add --all; must git commit -q -m theirs
                must git checkout -q "$branch"
                git merge side > '/dev/null' 2>&1 && echo 'no conflict' >> "$failures"
                before="$(state; cat conflict)"
                sleep 0.5
                [ "$(state; cat conflict)" = "$before" ] || echo 'the merge was disturbed' >> "$failures"
                # One of what was committed before may have been under way.
                git show "$(checkpoint):conflict" 2> '/dev/null' | grep -q '<<<<' && echo 'saved half' >> "$failures"
                echo both > conflict
                must git add conflict
                must git commit -q --no-edit
                saved 'after the merge'
                """);
    }
}
