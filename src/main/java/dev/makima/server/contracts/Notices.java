package dev.makima.server.contracts;

import dev.makima.base.Text;
import dev.makima.server.store.Contract;
import dev.makima.server.store.QuestionTable;
import dev.makima.server.store.Task;
import java.util.List;
import java.util.Objects;

/** What supervisors are told, word for word: what happened, and what to do next. Pure. */
final class Notices {
    private static final int WORDS_MAX = 2000;
    private static final int LISTED_MAX = 20;

    private Notices() {}

    private static String named(Task task) {
        return "\"" + task.name() + "\" (" + task.id() + ")";
    }

    /** The end of a member, where the pull request is not made by itself. */
    static String ended(Task task) {
        String id = task.id().toString();
        return switch (task.status()) {
            case DONE ->
                "[ACTION REQUIRED] Task " + named(task) + " is done." + summary(task)
                        + " Review it (makima supervisor diff " + id + ", makima supervisor output " + id
                        + "), then merge it (makima supervisor merge " + id
                        + " --to BRANCH) or spawn a task that continues from it.";
            case FAILED ->
                "[ERROR] Task " + named(task) + " has failed." + error(task) + summary(task)
                        + " Find out why (makima supervisor output " + id
                        + ") and spawn another task, with --continue-from " + id + " where its work is of use.";
            case PENDING, INITIALIZING, STARTING, RUNNING, PAUSED, BLOCKED, INTERRUPTED ->
                "[INFO] Task " + named(task) + " is " + task.status().wire() + "." + error(task) + summary(task)
                        + " Somebody has stopped it. Look at the tasks: makima supervisor tasks";
        };
    }

    /** The end of the last member, where the pull request is being made. */
    static String endedWithPullRequest(Task task) {
        return "[INFO] Task " + named(task) + " is done." + summary(task)
                + " All tasks are done, so the pull request is being made; you are told what comes of it.";
    }

    private static String summary(Task task) {
        return task.progressSummary() == null || task.progressSummary().isBlank()
                ? ""
                : " Its last words: " + Text.abbreviate(task.progressSummary(), WORDS_MAX);
    }

    private static String error(Task task) {
        return task.errorMessage() == null || task.errorMessage().isBlank()
                ? ""
                : " Error: " + Text.abbreviate(task.errorMessage(), WORDS_MAX);
    }

    static String merged(Task task, boolean needsPullRequest) {
        return "[INFO] The work of task " + named(task) + " is merged. Check the tasks (makima supervisor tasks)"
                + (needsPullRequest
                        ? "; when all are merged, open the pull request: makima supervisor pr BRANCH --title TITLE"
                        : ".");
    }

    static String pullRequestMade(Contract contract, String url) {
        String next;
        if (!contract.phase().equals("execute")) {
            next = "See what is open: makima supervisor status";
        } else if (contract.type().equals(ContractType.SIMPLE.wire())) {
            next = "When nothing else is open, complete the contract now: makima supervisor complete";
        } else {
            next = "Go on to the review now: makima supervisor advance-phase review";
        }
        return "[ACTION REQUIRED] The pull request is open: " + url + " . " + next;
    }

    /** Where members' work is not merged yet, that comes first: it may be all that there is for a pull request. */
    static String pullRequestFailed(Contract contract, String message, List<Task> unmerged) {
        String branch = contract.branch() == null ? "BRANCH" : contract.branch();
        StringBuilder text =
                new StringBuilder("[ERROR] The pull request could not be made: " + Text.abbreviate(message, WORDS_MAX));
        if (!unmerged.isEmpty()) {
            text.append(" Not merged yet is the work of:");
            unmerged.stream()
                    .limit(LISTED_MAX)
                    .forEach(task -> text.append("\n- ")
                            .append(named(task))
                            .append(": makima supervisor merge ")
                            .append(task.id())
                            .append(" --to ")
                            .append(branch));
            text.append("\nReview and merge that first. It is not tried again by itself.");
        }
        return text + " Mend that and try again: makima supervisor pr " + branch + " --title TITLE";
    }

    static String patchApplied(Task source, String said) {
        return "[ACTION REQUIRED] The change of task " + named(source)
                + ", which ran on another machine, was applied to your worktree. " + said
                + " Look at it (git diff) and save it: makima supervisor checkpoint \"" + source.name() + "\"";
    }

    static String patchFailed(Task source, String said) {
        return "[ERROR] The change of task " + named(source)
                + ", which ran on another machine, could not be applied to your worktree: "
                + Text.abbreviate(said, WORDS_MAX)
                + " It is shown by: makima supervisor diff " + source.id()
                + ". Spawn a task that brings it in.";
    }

    static String report(Task member, String message) {
        return "[INFO] Task " + named(member) + " reports: " + Text.abbreviate(message, WORDS_MAX);
    }

    static String answered(QuestionTable.Asked asked) {
        return "[ACTION REQUIRED] Your question \"" + Text.abbreviate(asked.question(), WORDS_MAX) + "\" was answered: "
                + Objects.requireNonNullElse(asked.answer(), "") + " . Go on by that answer.";
    }

    static String phase(Contract contract, String phase) {
        return "[INFO] A person has taken the contract to the phase " + phase
                + ". See what it needs: makima supervisor status";
    }

    /** After a start that was not the first. */
    static String startedAgain(List<QuestionTable.Asked> open) {
        StringBuilder text = new StringBuilder("[INFO] You were started again. See where the contract is before you go"
                + " on: makima supervisor status, makima supervisor tasks.");
        if (!open.isEmpty()) {
            text.append(" These questions of yours are open, do not ask them again, you are told the answers:");
            open.forEach(question -> text.append("\n- ").append(Text.abbreviate(question.question(), WORDS_MAX)));
        }
        return text.toString();
    }
}
