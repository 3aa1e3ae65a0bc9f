package dev.makima.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Commands that are interrupted or killed while their agent works, by the script. */
class InterruptIT extends JobBench {
    @Test
    void anInterruptStopsTheAgentAndSaysWhereItsWorkIs() {
        Path agent = agents.script("waits", "first_line\ninit\nsays 'at work now'\nexec sleep 600\n");
        try (Program run = start(agent).makima("run", "go")) {
            run.awaitText("at work now");
            run.signal("INT");
            assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(130);
            assertThat(run.out() + run.err())
                    .contains(home.resolve(".makima/worktrees").toString());
        }
        nothingIsLeft();
    }

    @Test
    void aSecondInterruptKillsAnAgentThatHeedsNothing() {
        try (Program run = start(agents.ignoresTerm()).makima("run", "go")) {
            run.awaitText("Session started");
            run.signal("INT");
            run.awaitText("stopping the task");
            run.signal("INT");
            assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(130);
        }
        nothingIsLeft();
    }

    @Test
    void aCommandAfterAKilledOneTellsOfItsTaskAndLeavesItAlone() {
        Path agent = agents.script("waits-or-ends", """
                IFS= read -r line
                init
                case $line in *quick*) result ok; until_end_of_input; exit 0 ;; esac
                says 'at work now'
                exec sleep 600
                """);
        try (Program killed = start(agent).makima("run", "--name", "slow", "slow")) {
            killed.awaitText("at work now");
            killed.signal("KILL");
            assertThat(killed.exitCode()).isEqualTo(137);
        }
        try (Program next = start(agent).makima("run", "quick")) {
            assertThat(next.exitCode()).as(next.out() + next.err()).isZero();
            assertThat(next.err() + next.out()).contains("of an earlier command still runs");
        }
        assertThat(left()).as("the agent of the killed command").isNotEmpty();
        try (Program list = start(agent).makima("tasks", "list", "--json")) {
            assertThat(list.exitCode()).isZero();
            String id = list.out().replaceFirst("(?s).*\"id\":\"([0-9a-f-]{36})\"[^{}]*\"name\":\"slow\".*", "$1");
            try (Program stop = start(agent).makima("tasks", "stop", "--force", id)) {
                assertThat(stop.exitCode()).as(stop.out() + stop.err()).isZero();
                assertThat(stop.out()).contains("interrupted");
            }
        }
        nothingIsLeft();
    }
}
