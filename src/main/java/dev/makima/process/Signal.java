package dev.makima.process;

import dev.makima.base.MakimaException;
import java.lang.System.Logger.Level;

/** The signals that an agent may be sent, with Linux's numbers (the same on all machines that Java 25 runs on). */
public enum Signal {
    /** Hang up. */
    HUP(1),
    /** Interrupt, as by Ctrl-C. */
    INT(2),
    /** The end, at once and without a word. */
    KILL(9),
    /** Please end. */
    TERM(15),
    /** Go on. */
    CONT(18),
    /** Stand still, without a word. */
    STOP(19);

    private static final System.Logger LOG = System.getLogger(Signal.class.getName());

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /** The kernel's number. */
    int number() {
        return number;
    }

    /**
     * Sends it to exactly this process, whose number may be another's by now, where that lives and is ours to signal.
     *
     * @param refused how loud it is logged that the process is another user's
     */
    void send(ProcessIdentity process, ProcFs proc, Level refused) {
        if (proc.isAlive(process)) {
            try {
                Posix.kill(process.pid(), this);
            } catch (MakimaException e) {
                // Another user's, as after sudo: it stays among those that are left.
                LOG.log(refused, e.what());
            }
        }
    }
}
