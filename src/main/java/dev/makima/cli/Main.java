package dev.makima.cli;

/** The entry point of the fat jar. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] args) {
        System.exit(args.length);
    }
}
