package dev.makima.cli.command;

import java.util.Iterator;
import java.util.List;

/** What completion scripts offer as values of options. */
final class Candidates {
    private Candidates() {}

    /** The states of tasks. */
    static final class States extends Fixed {
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

    /** The states of contracts. */
    static final class ContractStates extends Fixed {
        ContractStates() {
            super("active", "completed");
        }
    }

    /** The kinds of contracts. */
    static final class ContractTypes extends Fixed {
        ContractTypes() {
            super("simple", "specification");
        }
    }

    /** The phases of contracts. */
    static final class Phases extends Fixed {
        Phases() {
            super("research", "specify", "plan", "execute", "review");
        }
    }

    /** Where a document is read. */
    static final class Places extends Fixed {
        Places() {
            super("repository", "worktree");
        }
    }

    /** What there can be in a history. */
    static final class Kinds extends Fixed {
        Kinds() {
            super(
                    "task_created",
                    "task_started",
                    "task_status",
                    "task_completed",
                    "task_failed",
                    "task_interrupted",
                    "task_deleted",
                    "task_merged",
                    "checkpoint_created",
                    "login_needed",
                    "contract_created",
                    "contract_changed",
                    "phase_changed",
                    "contract_completed",
                    "contract_deleted",
                    "deliverable_marked",
                    "question_asked",
                    "question_answered",
                    "document_created",
                    "document_changed",
                    "document_deleted",
                    "document_synced",
                    "document_sync_failed",
                    "report",
                    "pull_request_asked",
                    "pull_request_made",
                    "pull_request_failed",
                    "supervisor_state",
                    "supervisor_restarted");
        }
    }

    /** What becomes of a task's work. */
    static final class Actions extends Fixed {
        Actions() {
            super("none", "branch", "merge", "pr");
        }
    }

    /** The sides of a merge. */
    static final class Sides extends Fixed {
        Sides() {
            super("ours", "theirs");
        }
    }

    /** Words that are always the same; picocli makes its subclasses by their constructors without parameters. */
    abstract static class Fixed implements Iterable<String> {
        private final List<String> words;

        Fixed(String... words) {
            this.words = List.of(words);
        }

        @Override
        public Iterator<String> iterator() {
            return words.iterator();
        }
    }
}
