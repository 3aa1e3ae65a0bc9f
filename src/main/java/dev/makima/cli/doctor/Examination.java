package dev.makima.cli.doctor;

import dev.makima.base.MakimaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * All checks at once, each for so long and no longer: a program that hangs is a finding, not a doctor that hangs.
 * Threads that do not hear the interrupt end with the process.
 */
final class Examination {
    private final Duration limit;

    /**
     * An examination.
     *
     * @param limit how long each check may take; all together take no longer
     */
    Examination(Duration limit) {
        this.limit = limit;
    }

    /** The findings in the order of the checks. */
    List<Finding> of(List<Check> checks) throws InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("check-", 0).factory());
        try {
            long deadline = System.nanoTime() + limit.toNanos();
            List<Future<List<Finding>>> looks = new ArrayList<>();
            for (Check check : checks) {
                looks.add(threads.submit(check::look));
            }
            List<Finding> found = new ArrayList<>();
            for (int i = 0; i < checks.size(); i++) {
                found.addAll(result(checks.get(i), looks.get(i), deadline - System.nanoTime()));
            }
            return found;
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Finding> result(Check check, Future<List<Finding>> look, long nanos) throws InterruptedException {
        try {
            return look.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            look.cancel(true);
            return List.of(new Finding.Wrong(
                    check.subject(),
                    "no answer within " + limit.toSeconds() + " s",
                    "Something that was asked hangs: a program, a disk, or the network"));
        } catch (ExecutionException e) {
            return List.of(failed(check, e.getCause() == null ? e : e.getCause()));
        }
    }

    private static Finding failed(Check check, Throwable cause) {
        return cause instanceof MakimaException known
                ? new Finding.Wrong(
                        check.subject(), known.what().strip(), known.cure().orElse("See makima doctor --debug"))
                : new Finding.Wrong(check.subject(), "the check itself failed: " + cause, "Please report it");
    }
}
