package dev.makima.cli.command.tasks;

import dev.makima.cli.command.base.Candidates;

/** What completion scripts offer as values of options about tasks and merges. */
final class TaskCandidates {
    private TaskCandidates() {}

    /** The states of tasks. */
    static final class States extends Candidates {
        States() {
            super(
                    "pending",
                    "starting",
                    "initializing",
                    "running",
                    "paused",
                    "blocked",
                    "done",
                    "failed",
                    "interrupted");
        }
    }

    /** What becomes of a task's work. */
    static final class Actions extends Candidates {
        Actions() {
            super("none", "branch", "merge", "pr");
        }
    }

    /** The sides of a merge. */
    static final class Sides extends Candidates {
        Sides() {
            super("ours", "theirs");
        }
    }
}
