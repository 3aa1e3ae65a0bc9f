package dev.makima.daemon.upkeep;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something on this machine that a task, or makima itself, has left behind.
 *
 * @param subject which one, for people
 * @param path where it lies, or null where it takes no space of its own
 * @param reason why it may go, or why it stays
 * @param cure for one that stays: what a person can do, or null
 * @param removal takes it away, after another look at the proof; null where it stays
 */
public record Leftover(
        Kind kind,
        String subject,
        @Nullable Path path,
        String reason,
        @Nullable String cure,
        @Nullable Removal removal) {

    /** What it is. */
    public enum Kind {
        /** Processes of a run that is over. */
        PROCESSES,
        /** The worktree of a task that is over, or a directory between them. */
        WORKTREE,
        /** The output of a run that nobody will ask for. */
        SPOOL,
        /** Events that the server refused for good. */
        EVENTS,
        /** A directory of a task without a repository. */
        TEMPORARY,
        /** Empty cgroups of launches that ended when no daemon looked. */
        CGROUPS,
        /** A copy of the program that nobody starts any more. */
        COPY;

        /** As it is written in JSON. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Takes it away. */
    @FunctionalInterface
    public interface Removal {
        /**
         * Does it, if the proof still holds.
         *
         * @throws dev.makima.base.MakimaException where it cannot be done
         */
        Done carryOut() throws InterruptedException;
    }

    /**
     * What came of it.
     *
     * @param gone whether it is
     * @param text what was done, or why it stays after all
     */
    public record Done(boolean gone, String text) {}

    /** One that may go. */
    static Leftover going(Kind kind, String subject, String proof, Removal removal) {
        return new Leftover(kind, subject, null, proof, null, removal);
    }

    /** A file or directory that may go. */
    static Leftover going(Kind kind, Path path, String proof, Removal removal) {
        return new Leftover(kind, path.toString(), path, proof, null, removal);
    }

    /** One that stays. */
    static Leftover staying(Kind kind, String subject, String reason, @Nullable String cure) {
        return new Leftover(kind, subject, null, reason, cure, null);
    }

    /** A file or directory that stays. */
    static Leftover staying(Kind kind, Path path, String reason, @Nullable String cure) {
        return new Leftover(kind, path.toString(), path, reason, cure, null);
    }

    /** Whether it may go. */
    public boolean removable() {
        return removal != null;
    }

    /** What a person can do about one that stays. */
    public Optional<String> advice() {
        return Optional.ofNullable(cure);
    }
}
