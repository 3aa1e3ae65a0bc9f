package dev.makima.cli.demo;

/** One thing that the scripted agent does. */
sealed interface Step {
    /** Says something. */
    record Say(String text) implements Step {}

    /** Reads a file and shows it. */
    record Read(String path) implements Step {}

    /** Writes a file, really. */
    record Write(String path, String content) implements Step {}

    /** Runs a shell command in the working directory, really; ours are fixed texts. */
    record Run(String command) implements Step {}

    /** Ends with a failure. */
    record GiveUp(String reason) implements Step {}
}
