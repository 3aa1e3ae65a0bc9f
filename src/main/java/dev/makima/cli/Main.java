package dev.makima.cli;

/** The entry point of the fat jar: runs one command and exits with its code. */
public final class Main {
    private Main() {}

    /** Runs the command line on the main thread, which is never an event loop, and exits from it. */
    public static void main(String[] args) {
        int code = CommandLineRunner.run(args, Surroundings.ofProcess());
        // Not System.exit on some Vert.x thread: a closing Vert.x would wait for the thread that waits for it.
        System.exit(code);
    }
}
