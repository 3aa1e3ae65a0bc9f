package dev.makima.daemon.link;

import dev.makima.base.PassingTrouble;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.ToolKey;
import dev.makima.protocol.DaemonFrame;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/** A base server may have dropped the keys of this daemon's agents at the disconnect: each is told of again. */
final class LiveKeys {
    private static final System.Logger LOG = System.getLogger(LiveKeys.class.getName());

    private LiveKeys() {}

    /** Sends the key of every task that goes on. To be asked before the outbox is, whose events are newer. */
    static void tell(StoreClient store, Consumer<DaemonFrame> send) {
        store.ask(new StoreRequest.ToolKeys())
                .onSuccess(keys -> keys.stream()
                        .filter(ToolKey::live)
                        .map(ToolKey::registration)
                        .forEach(send))
                .onFailure(e -> LOG.log(PassingTrouble.level(Level.ERROR, e), "the keys of agents cannot be read", e));
    }
}
