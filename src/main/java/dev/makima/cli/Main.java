package dev.makima.cli;

import dev.makima.cli.command.VerticleRun;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.Interrupts;

/** The entry point of the fat jar: runs one command and exits with its code. */
public final class Main {
    private Main() {}

    /** Runs the command line on the main thread, which is never an event loop, and exits from it. */
    public static void main(String[] args) {
        Surroundings surroundings = Surroundings.ofProcess();
        if (args.length > 0 && args[0].equals("run") && !VerticleRun.isMeant(args)) {
            Interrupts.endAtOnce(surroundings.err(), "makima: interrupted; nothing was begun", ExitCode.INTERRUPTED);
        }
        int code = CommandLineRunner.run(args, surroundings);
        // Not System.exit on some Vert.x thread: a closing Vert.x would wait for the thread that waits for it.
        System.exit(code);
    }
}
