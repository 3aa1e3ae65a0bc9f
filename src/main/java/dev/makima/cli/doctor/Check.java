package dev.makima.cli.doctor;

import java.util.List;

/**
 * One look at this machine. Blocking, on a thread of its own; interrupted where it takes too long. It changes nothing.
 */
interface Check {
    /** What it looks at, a word or two. */
    String subject();

    /**
     * Looks.
     *
     * @throws dev.makima.base.MakimaException what could not be found out, which is a finding then
     */
    List<Finding> look() throws InterruptedException;
}
