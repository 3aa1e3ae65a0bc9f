package dev.makima.daemon.run;

/** What a run can be told while it works; it takes them one after the other. */
public sealed interface Control {
    /** Hand this to the agent as a user message. */
    record Deliver(String text) implements Control {}

    /** Say this in the task's output. */
    record Say(String line) implements Control {}

    /** End the run. */
    record Stop(StopReason reason, boolean graceful) implements Control {}

    /** Stop every process of the task until resumed. */
    record Pause() implements Control {}

    /** Let them go on. */
    record Resume() implements Control {}

    /** The daemon ends: the agent is left to the next one. */
    record Leave() implements Control {}

    /** The agent was logged in anew. */
    record LoggedIn() implements Control {}

    /** Nothing to do but look again: the agent said something that matters. */
    record Look() implements Control {}
}
