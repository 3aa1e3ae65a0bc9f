package dev.makima.cli.doctor;

import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thing that takes space.
 *
 * @param kind worktree, clone, output, database, outbox, temporary, home clone, program
 * @param what which one: its task where it has one, else its name
 * @param state what is known of it, or empty
 * @param changed when it changed last, or null where that says nothing
 * @param whole false where there is more than was looked at
 * @param cure the command by which it can go, or empty
 */
public record DiskEntry(
        String kind,
        String what,
        Path path,
        String state,
        @Nullable Instant changed,
        long bytes,
        boolean whole,
        String cure) {}
