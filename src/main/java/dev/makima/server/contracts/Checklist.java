package dev.makima.server.contracts;

import dev.makima.server.store.Contract;
import dev.makima.server.store.ContractFileTable;
import dev.makima.server.store.DeliverableTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a contract's phase still needs.
 *
 * @param next the phase after it; null for the last one
 */
public record Checklist(
        String phase, List<Item> items, @Nullable String next) {
    /**
     * One thing that it needs.
     *
     * @param fileId the document that does it
     * @param version of how it was marked; 0 where it never was
     */
    public record Item(
            Deliverable deliverable, boolean done, @Nullable UUID fileId, long version) {}

    /**
     * The present phase's. What was marked counts; else a document that was made in the phase, the tasks as they stand, and
     * the pull request's URL. A contract that is not to be pushed anywhere needs no pull request.
     */
    static Checklist of(
            Contract contract, Map<String, DeliverableTable.Mark> marks, List<ContractFileTable.Document> documents) {
        ContractType type = ContractType.of(contract.type());
        Optional<UUID> document = documents.stream()
                .filter(one -> one.phase().equals(contract.phase()))
                .map(ContractFileTable.Document::id)
                .reduce((_, last) -> last);
        List<Item> items = new ArrayList<>();
        for (Deliverable deliverable : type.deliverables(contract.phase())) {
            if (deliverable.kind() == Deliverable.Kind.PULL_REQUEST && contract.localOnly()) {
                continue;
            }
            boolean found = switch (deliverable.kind()) {
                case DOCUMENT -> document.isPresent();
                case TASKS -> contract.counts().allDone();
                case PULL_REQUEST -> contract.pullRequestUrl() != null;
            };
            DeliverableTable.Mark mark = marks.get(deliverable.name());
            items.add(new Item(
                    deliverable,
                    mark == null ? found : mark.done(),
                    deliverable.kind() == Deliverable.Kind.DOCUMENT ? document.orElse(null) : null,
                    mark == null ? 0 : mark.version()));
        }
        return new Checklist(
                contract.phase(),
                List.copyOf(items),
                type.next(contract.phase()).orElse(null));
    }

    /** Whether nothing is open. */
    public boolean ready() {
        return items.stream().allMatch(Item::done);
    }

    /** The names of what is open. */
    public List<String> open() {
        return items.stream()
                .filter(item -> !item.done())
                .map(item -> item.deliverable().name())
                .toList();
    }
}
