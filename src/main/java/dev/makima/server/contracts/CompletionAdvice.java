package dev.makima.server.contracts;

import dev.makima.base.Text;
import dev.makima.server.contracts.Suggestions.Suggestion;
import dev.makima.server.store.Contract;
import dev.makima.server.store.Task;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is to become of a task's work: none, branch, merge or pr. Pure. */
public final class CompletionAdvice {
    /** The ends of names of files that are read by people alone. */
    private static final Set<String> DOCUMENTS = Set.of(
            "md", "markdown", "txt", "rst", "adoc", "asciidoc", "org", "pdf", "png", "jpg", "jpeg", "gif", "svg");

    private static final Set<String> DOCUMENTS_WITHOUT_END =
            Set.of("license", "licence", "notice", "authors", "changelog", "readme", "copying");

    private CompletionAdvice() {}

    /**
     * What is to become of it.
     *
     * @param task whose work it is; null for that of the contract as a whole
     * @param files what it has changed; where none is named, what is known of the task counts
     * @param code whether code is among that, whatever the files' names are
     * @param remote whether the contract has a repository that others see
     */
    public static Suggestion of(
            Contract contract, @Nullable Task task, List<String> files, boolean code, boolean remote) {
        boolean changed = code
                || !files.isEmpty()
                || (task != null && Objects.requireNonNullElse(task.result().filesChanged(), 0L) > 0);
        if (!changed) {
            return new Suggestion("none", "nothing was changed", null);
        }
        if (task != null && !task.spec().isSupervisor()) {
            return new Suggestion(
                    "branch",
                    "the work stays on the task's branch, from where the supervisor merges it: say what you did, and end"
                            + " your turn",
                    "makima contract report " + Quoted.of("done: " + task.name()),
                    task.id().toString(),
                    null);
        }
        if (!code && !files.isEmpty() && files.stream().allMatch(CompletionAdvice::isDocument)) {
            return new Suggestion("merge", "only documents were changed, which break nothing", null);
        }
        if (contract.localOnly() || !remote) {
            return new Suggestion(
                    "branch",
                    contract.localOnly()
                            ? "code was changed, and nothing of the contract is pushed: a person merges the branch"
                            : "code was changed, and there is no repository to open a pull request in: a person merges"
                                    + " the branch",
                    null);
        }
        String branch = contract.branch() == null ? "makima/" + Text.sanitise(contract.name()) : contract.branch();
        return new Suggestion(
                "pr",
                "code was changed, which somebody is to review",
                "makima supervisor pr " + branch + " --title " + Quoted.of(contract.name()));
    }

    private static boolean isDocument(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        int dot = name.lastIndexOf('.');
        return dot > 0 ? DOCUMENTS.contains(name.substring(dot + 1)) : DOCUMENTS_WITHOUT_END.contains(name);
    }
}
