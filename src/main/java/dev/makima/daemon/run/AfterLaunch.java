package dev.makima.daemon.run;

/** What comes after an agent process of a run. */
sealed interface AfterLaunch {
    /** The run ends. */
    record End(Ending ending) implements AfterLaunch {}

    /** Another process of the same conversation, with this message first. */
    record Again(String message) implements AfterLaunch {}

    /** None until somebody sends a message. */
    record Await() implements AfterLaunch {}
}
