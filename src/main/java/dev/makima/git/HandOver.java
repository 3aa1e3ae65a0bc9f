package dev.makima.git;

import dev.makima.base.MakimaException;
import java.util.function.Function;

/**
 * By which hand-over of its task a machine brings work out, and whether that one still holds.
 *
 * <p>From the second on, names of pushed branches end in its number, so that a machine that comes late moves no branch of a
 * later one. Whether it still holds is asked before and after each step that cannot be undone. Immutable.
 *
 * @param number counts the hand-overs of a task, 0 where nobody does
 * @param standing fails with CONFLICT where the task may be another machine's by now; any thread
 */
public record HandOver(long number, Standing standing) {
    /** Work that nobody else can have. */
    public static final HandOver NONE = new HandOver(0, () -> {});

    /** Says whether a hand-over still holds. */
    @FunctionalInterface
    public interface Standing {
        /**
         * Returns where it does.
         *
         * @throws MakimaException CONFLICT where it does not
         */
        void require();
    }

    /** A step that cannot be undone. */
    @FunctionalInterface
    interface Step<T> {
        T run() throws InterruptedException;
    }

    /** The name that a branch has where it is pushed. */
    String pushed(String branch) {
        return number < 2 ? branch : branch + "-" + number;
    }

    /**
     * Does a step that cannot be undone, unless the task may be another machine's.
     *
     * @param done says what the step came to, where the hand-over was over by its end: "branch x was pushed to y"
     * @throws MakimaException CONFLICT where it does not hold before the step, which is not done then, or after it
     */
    <T> T step(Function<T, String> done, Step<T> step) throws InterruptedException {
        standing.require();
        T result = step.run();
        try {
            standing.require();
        } catch (MakimaException over) {
            throw new MakimaException(
                    over.code(),
                    done.apply(result) + ", and meanwhile " + over.what(),
                    over.cure().orElse(null),
                    over);
        }
        return result;
    }
}
