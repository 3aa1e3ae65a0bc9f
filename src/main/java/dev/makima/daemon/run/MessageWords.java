package dev.makima.daemon.run;

import dev.makima.base.Text;

/** What is said of a message that no agent gets. Pure functions. */
final class MessageWords {
    private static final int LONGEST_QUOTE = 200;

    private MessageWords() {}

    /** Of one that nobody takes any more. */
    static String tooLate(String message) {
        return "A message came too late: the agent has finished. " + quoted(message);
    }

    /** Of one that could not be handed over. */
    static String notTaken(String message) {
        return "A message was not handed over. " + quoted(message);
    }

    private static String quoted(String message) {
        return "The message was: " + Text.abbreviate(message, LONGEST_QUOTE);
    }
}
