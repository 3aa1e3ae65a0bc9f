package dev.makima.daemon.run;

import dev.makima.protocol.SpawnTask;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a run's first agent process begins: in which conversation, and with which words.
 *
 * @param session the conversation's id, ours and never the task's
 * @param resume whether the agent has that conversation already
 * @param message the first user message
 * @param said a line for people about where it begins, or null where there is nothing to say
 */
record Opening(
        UUID session,
        boolean resume,
        String message,
        @Nullable String said) {
    /** What a new conversation is told of an old one at most; the newest part is kept. */
    static final int HISTORY_CHARACTERS = 200_000;

    /**
     * Chooses: the old conversation where the task asks for it and it is on this machine; else a new one, with the
     * history that came with the task; else the plan alone.
     *
     * @param before the task's last conversation on this machine
     * @param isHere whether the agent still has a conversation
     */
    static Opening of(SpawnTask spawn, Optional<UUID> before, Predicate<UUID> isHere, Supplier<UUID> ids) {
        if (!spawn.resumeSession()) {
            return new Opening(ids.get(), false, spawn.plan(), null);
        }
        Optional<UUID> resumable = before.filter(isHere);
        if (resumable.isPresent()) {
            return new Opening(
                    resumable.get(),
                    true,
                    "Go on where you left off: you were interrupted. The task is still this:\n\n" + spawn.plan(),
                    "The agent's conversation is resumed.");
        }
        if (spawn.conversationHistory() != null && !spawn.conversationHistory().isEmpty()) {
            return new Opening(
                    ids.get(),
                    false,
                    "You have worked on this task before, in a conversation that is not on this machine. Its history:\n\n"
                            + newest(spawn.conversationHistory().toString())
                            + "\n\nLook at what is there already, then go on. The task:\n\n" + spawn.plan(),
                    "The agent's conversation is not on this machine: a new one begins with its history.");
        }
        return new Opening(
                ids.get(),
                false,
                "You may have worked on this task before; nothing is known of that but the files that are here. Look at"
                        + " what is there already, then go on. The task:\n\n" + spawn.plan(),
                "There is no conversation to resume: a new one begins.");
    }

    private static String newest(String history) {
        int from = history.length() - HISTORY_CHARACTERS;
        if (from <= 0) {
            return history;
        }
        return "… " + history.substring(Character.isLowSurrogate(history.charAt(from)) ? from + 1 : from);
    }
}
