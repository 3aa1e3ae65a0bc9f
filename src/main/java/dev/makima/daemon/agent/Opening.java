package dev.makima.daemon.agent;

import dev.makima.protocol.SpawnTask;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How an agent process of a run begins: in which conversation, and with which words.
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

    /**
     * How a later agent process of the same run begins: with this message, in the conversation where the agent has it.
     *
     * @param known whether an earlier process is known to have answered in it
     * @param isHere whether the agent has a conversation, asked only where that is not known
     */
    static Opening again(SpawnTask spawn, UUID session, boolean known, Predicate<UUID> isHere, String message) {
        if (known || isHere.test(session)) {
            return new Opening(session, true, message, null);
        }
        // It ended before it wrote anything down: the id is still free, and the plan has to be told again.
        return new Opening(
                session,
                false,
                spawn.plan() + "\n\n" + message,
                "The agent has kept nothing of its conversation: it begins again with the plan.");
    }

    private static String newest(String history) {
        int from = history.length() - HISTORY_CHARACTERS;
        if (from <= 0) {
            return history;
        }
        return "… " + history.substring(Character.isLowSurrogate(history.charAt(from)) ? from + 1 : from);
    }
}
