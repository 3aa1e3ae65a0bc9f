package dev.makima.cli.command.contracts;

import dev.makima.cli.command.base.Candidates;

/** What completion scripts offer as values of options about contracts. */
final class ContractCandidates {
    private ContractCandidates() {}

    /** The states of contracts. */
    static final class States extends Candidates {
        States() {
            super("active", "completed");
        }
    }

    /** The kinds of contracts. */
    static final class Types extends Candidates {
        Types() {
            super("simple", "specification");
        }
    }

    /** The phases of contracts. */
    static final class Phases extends Candidates {
        Phases() {
            super("research", "specify", "plan", "execute", "review");
        }
    }

    /** Where a document is read. */
    static final class Places extends Candidates {
        Places() {
            super("repository", "worktree");
        }
    }
}
