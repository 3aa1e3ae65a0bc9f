package dev.makima.server.core;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.server.store.ToolKeyTable;
import io.vertx.core.Future;
import java.util.regex.Pattern;

/** The keys that agents have, told apart from those of people by their form: 64 hexadecimal digits. Thread-safe. */
public final class ToolKeys {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    private final ToolKeyTable table;

    /** Keys in that table. */
    public ToolKeys(ToolKeyTable table) {
        this.table = table;
    }

    /** Whether the text has the form of such a key. */
    public static boolean isForm(String text) {
        return FORM.matcher(text).matches();
    }

    /** What is kept of a key. */
    public static String hash(String key) {
        return Keys.hash(key);
    }

    /** Whose key this is. Fails with UNAUTHORIZED where it is nobody's, or its task has ended. */
    public Future<ToolKeyTable.Holder> check(String key) {
        return table.valid(hash(key))
                .map(found -> found.orElseThrow(() -> new MakimaException(
                        ErrorCode.UNAUTHORIZED,
                        "the key is not valid, or its task has ended",
                        "An agent's key is good for as long as its task is at work")));
    }
}
