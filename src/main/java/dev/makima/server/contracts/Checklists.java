package dev.makima.server.contracts;

import dev.makima.server.store.Contract;
import dev.makima.server.store.Store;
import io.vertx.core.Future;

/** Checklists as the store has it. Stateless. */
public final class Checklists {
    private Checklists() {}

    /** What the contract's present phase still needs. */
    public static Future<Checklist> of(Store store, Contract contract) {
        return store.deliverables()
                .marks(contract.id())
                .compose(marks -> store.contractFiles()
                        .list(contract.id())
                        .map(documents -> Checklist.of(contract, marks, documents)));
    }
}
