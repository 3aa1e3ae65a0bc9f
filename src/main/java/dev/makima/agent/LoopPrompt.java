package dev.makima.agent;

/** What an agent in an autonomous loop is told when it is started again. */
public final class LoopPrompt {
    private LoopPrompt() {}

    /** To go on, and to end with a {@link CompletionGate}. */
    public static String goOn() {
        return Roles.read("loop-go-on").strip();
    }
}
