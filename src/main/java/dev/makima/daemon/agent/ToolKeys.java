package dev.makima.daemon.agent;

import dev.makima.base.RunId;
import dev.makima.base.Secret;
import dev.makima.base.TaskId;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.ToolKey;
import io.vertx.core.Future;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The keys that agents have for the server: one for a run, bound to its task, never shown in output. Any thread. A key
 * dies in the same transaction that ends its task, whatever ends it.
 */
final class ToolKeys {
    /** The variable an agent finds its key in. */
    static final String VARIABLE = "MAKIMA_API_KEY";

    private static final int BYTES = 32;

    private final StoreClient store;
    private final Consumer<Map<String, String>> secrets;
    private final RandomGenerator random;

    /**
     * Keys in that store.
     *
     * @param secrets takes values by name that no output may show
     * @param random unpredictable
     */
    ToolKeys(StoreClient store, Consumer<Map<String, String>> secrets, RandomGenerator random) {
        this.store = store;
        this.secrets = secrets;
        this.random = random;
    }

    /**
     * The run's key; made at its first launch, on disk and on its way to the server when this returns. Blocks.
     *
     * @throws dev.makima.base.MakimaException where the store fails
     */
    Secret take(TaskId taskId, RunId runId) throws InterruptedException {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        Secret fresh = new Secret(HexFormat.of().formatHex(bytes));
        Secret key = store.await(new StoreRequest.TakeToolKey(taskId, runId, fresh));
        hide(key);
        return key;
    }

    /** After a start: what earlier daemons' agents were given is in output that may still have to be sent. */
    Future<?> hideAll() {
        return store.ask(new StoreRequest.ToolKeys())
                .onSuccess(keys -> keys.stream().map(ToolKey::key).forEach(this::hide));
    }

    private void hide(Secret key) {
        secrets.accept(Map.of(VARIABLE, key.reveal()));
    }
}
