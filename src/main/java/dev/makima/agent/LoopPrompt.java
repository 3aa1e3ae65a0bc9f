package dev.makima.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What an agent in an autonomous loop is told when it is started again. */
public final class LoopPrompt {
    private static final String RESOURCE = "roles/loop-go-on.md";

    private LoopPrompt() {}

    /** To go on, and to end with a {@link CompletionGate}. */
    public static String goOn() {
        try (InputStream resource = LoopPrompt.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("the program lacks its own file " + RESOURCE);
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the program's own file " + RESOURCE + " cannot be read", e);
        }
    }
}
