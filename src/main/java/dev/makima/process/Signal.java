package dev.makima.process;

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

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /** The kernel's number. */
    int number() {
        return number;
    }
}
