package dev.makima.cli.command.base;

import java.util.Iterator;
import java.util.List;

/** What completion scripts offer as values of options. */
public final class Candidates {
    private Candidates() {}

    /** The states of tasks. */
    public static final class States extends Fixed {
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
    public static final class ContractStates extends Fixed {
        ContractStates() {
            super("active", "completed");
        }
    }

    /** The kinds of contracts. */
    public static final class ContractTypes extends Fixed {
        ContractTypes() {
            super("simple", "specification");
        }
    }

    /** The phases of contracts. */
    public static final class Phases extends Fixed {
        Phases() {
            super("research", "specify", "plan", "execute", "review");
        }
    }

    /** Where a document is read. */
    public static final class Places extends Fixed {
        Places() {
            super("repository", "worktree");
        }
    }

    /** What becomes of a task's work. */
    public static final class Actions extends Fixed {
        Actions() {
            super("none", "branch", "merge", "pr");
        }
    }

    /** The sides of a merge. */
    public static final class Sides extends Fixed {
        Sides() {
            super("ours", "theirs");
        }
    }

    /** Words that are always the same; picocli makes its subclasses by their constructors without parameters. */
    public abstract static class Fixed implements Iterable<String> {
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
