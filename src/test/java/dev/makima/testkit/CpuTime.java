package dev.makima.testkit;

import java.lang.management.ManagementFactory;

/** How much a test has computed, whatever others do on the machine meanwhile. */
public final class CpuTime {
    private CpuTime() {}

    /** That of the calling thread, in nanoseconds: only the difference of two has a meaning. */
    public static long ofThisThread() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
