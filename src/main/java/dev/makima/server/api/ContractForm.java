package dev.makima.server.api;

import dev.makima.base.RepoUrl;
import dev.makima.base.Text;
import dev.makima.server.contracts.ContractType;
import dev.makima.server.store.ContractTable;
import dev.makima.server.store.KeyTable;
import dev.makima.server.store.Task;
import dev.makima.server.store.TaskTable;
import org.jspecify.annotations.Nullable;

/** What a user asks for when making a contract, checked field by field. Stateless. */
final class ContractForm {
    private static final int NAME_MAX = 200;

    private ContractForm() {}

    /**
     * Reads the form.
     *
     * @throws dev.makima.base.MakimaException VALIDATION naming the field
     */
    static ContractTable.NewContract read(Body body, KeyTable.Key key) {
        String name = name(body.needText("name"));
        String description = body.text("description");
        String type = body.text("contractType");
        ContractType kind = type == null ? ContractType.SIMPLE : ContractType.of(type);
        String initial = body.text("initialPhase");
        String phase = initial == null ? kind.phases().getFirst() : kind.phase(initial);
        Body at = body.object("repository");
        ContractTable.NewRepository repository = at == null ? null : repository(at);
        String about = description == null ? "" : description;
        return new ContractTable.NewContract(
                key.ownerId(),
                key.accountId(),
                name,
                about,
                kind.wire(),
                phase,
                body.flag("autonomousLoop", false),
                body.flag("localOnly", false),
                repository,
                supervisor(body, key, name, plan(name, about, kind, phase, body.flag("localOnly", false)), repository));
    }

    private static TaskTable.NewTask supervisor(
            Body body, KeyTable.Key key, String name, String plan, ContractTable.@Nullable NewRepository repository) {
        String place = repository == null ? null : repository.url() == null ? repository.localPath() : repository.url();
        return new TaskTable.NewTask(
                key.ownerId(),
                key.accountId(),
                name,
                plan,
                Task.Spec.in(place, repository == null ? null : repository.baseBranch()),
                body.flag("start", true));
    }

    static String name(String text) {
        if (text.isBlank() || text.length() > NAME_MAX) {
            throw Errors.validation("the name has not 1 to " + NAME_MAX + " characters", "Choose another one");
        }
        return text;
    }

    /** Where a repository is; one of url and localPath has to be there. */
    static ContractTable.NewRepository repository(Body body) {
        String url = body.text("url");
        String path = body.text("localPath");
        if ((url == null) == (path == null)) {
            throw Errors.validation("a repository has a \"url\" or a \"localPath\"", "Send one of them");
        }
        return new ContractTable.NewRepository(
                url == null ? null : new RepoUrl(url).value(), local(path), TaskForm.branch(body.text("baseBranch")));
    }

    private static @Nullable String local(@Nullable String path) {
        if (path != null && !path.startsWith("/") && !path.startsWith("~") && !path.startsWith("new://")) {
            throw Errors.validation(
                    "not a path on a daemon's machine: " + Text.abbreviate(path, 120), "Begin it with / or ~");
        }
        return TaskForm.path(path);
    }

    /** What the supervisor is given to do. */
    private static String plan(String name, String description, ContractType type, String phase, boolean localOnly) {
        return "Lead the contract \"" + name + "\".\n\n" + description + "\n\nIt is a " + type.wire()
                + " contract with the phases " + String.join(", ", type.phases()) + "; it is in the phase " + phase
                + " now." + (localOnly ? " Nothing of it is pushed, and it needs no pull request." : "") + "\n";
    }
}
