package dev.makima.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * What the scripted model answers: one round of steps per user prompt, one step per call of the model within it. Both
 * are counted from the conversation that the agent sends along, so a scenario survives retries, kill -9 and resume.
 *
 * @param rounds the rounds; the last one repeats
 * @param after the step past the end of a round
 */
public record Scenario(List<List<Step>> rounds, Step after) {
    private static final Step DONE = Step.text("Done.");

    /** Freezes the lists; at least one round is needed. */
    public Scenario {
        rounds = rounds.stream().map(List::copyOf).toList();
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("a scenario has at least one round");
        }
    }

    /** A scenario of one round; past its end the model says "Done.". */
    public static Scenario of(Step... steps) {
        return new Scenario(List.of(List.of(steps)), DONE);
    }

    /** Says one text to every prompt. */
    public static Scenario says(String text) {
        return of(Step.text(text));
    }

    /** Runs one shell command and says so. */
    public static Scenario runs(String command) {
        return of(Step.text("Running it.").tool(ToolCall.bash(command))).after(Step.text("Command finished."));
    }

    /** Writes one file and says so. */
    public static Scenario writes(String path, String content) {
        return of(Step.text("Writing.").tool(ToolCall.write(path, content))).after(Step.text("Written."));
    }

    /** Reads a file and changes one text in it. */
    public static Scenario edits(String path, String from, String to) {
        return of(
                        Step.text("Reading.").tool(ToolCall.read(path)),
                        Step.text("Editing.").tool(ToolCall.edit(path, from, to)))
                .after(Step.text("Edited."));
    }

    /** This scenario with one more round, which answers the next user prompt. */
    public Scenario nextRound(Step... steps) {
        List<List<Step>> more = new ArrayList<>(rounds);
        more.add(List.of(steps));
        return new Scenario(more, after);
    }

    /** This scenario with another step past the end of its rounds. */
    public Scenario after(Step step) {
        return new Scenario(rounds, step);
    }

    /** The step of a round, both from 0. */
    Step step(int round, int step) {
        List<Step> steps = rounds.get(Math.clamp(round, 0, rounds.size() - 1));
        return step < steps.size() ? steps.get(step) : after;
    }
}
