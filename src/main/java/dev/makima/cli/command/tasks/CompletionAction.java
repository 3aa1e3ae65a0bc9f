package dev.makima.cli.command.tasks;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.local.TaskRepository;

/** What can be done with the work; spelled as on the command line and on the wire. */
enum CompletionAction {
    none,
    branch,
    merge,
    pr;

    boolean hasTarget() {
        return this == merge || this == pr;
    }

    /**
     * Says early what a daemon would say after the agent's work.
     *
     * @throws MakimaException VALIDATION where the repository does not allow it
     */
    void require(TaskRepository repository) {
        if (hasTarget() && repository.isNew()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "--action " + name() + " does not go with an empty repository: there is nothing to "
                            + (this == pr ? "open a pull request against" : "merge into"),
                    "Leave it out: the work ends on the branch main of the new repository");
        }
        if (this == pr && repository.target() != null && !repository.hasOrigin()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "--action pr needs a remote named origin, and " + repository.target() + " has none",
                    "Add it with: git remote add origin URL; or take --action branch or merge");
        }
    }
}
