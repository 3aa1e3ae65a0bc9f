package dev.makima.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A real file system that is small enough to be filled: a tmpfs in a mount namespace of its own, which goes with the
 * process that holds it. Needs root, or a kernel that lets users have namespaces, as Debian's does; in a container that
 * forbids both there is none.
 *
 * <p>Processes that are to see it are started with {@link #inside}; this process looks into it by {@link #outside}.
 */
public final class SmallDisk implements AutoCloseable {
    private static final List<List<String>> WAYS =
            List.of(List.of("unshare", "-m"), List.of("unshare", "--user", "--map-root-user", "-m"));
    private static final String HOLD =
            "mount -t tmpfs -o size=\"$2\",mode=700 tmpfs \"$1\" && echo mounted && exec cat";

    private final Process holder;
    private final boolean withUser;
    private final Path directory;

    private SmallDisk(Process holder, boolean withUser, Path directory) {
        this.holder = holder;
        this.withUser = withUser;
        this.directory = directory;
    }

    /**
     * Mounts one.
     *
     * @param directory where; an empty directory
     * @return nothing where this machine lets nobody do that
     */
    public static Optional<SmallDisk> mount(Path directory, int kibibytes) {
        for (List<String> way : WAYS) {
            List<String> command = new ArrayList<>(way);
            command.addAll(List.of("sh", "-c", HOLD, "sh", directory.toString(), kibibytes + "k"));
            try {
                Process holder = new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                BufferedReader said =
                        new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
                if ("mounted".equals(said.readLine())) {
                    return Optional.of(new SmallDisk(holder, way.contains("--user"), directory));
                }
                holder.destroyForcibly();
            } catch (IOException missing) {
                // Without the tool there is no way either.
            }
        }
        return Optional.empty();
    }

    /** A command that runs where this disk is mounted, at the path given to {@link #mount}. */
    public List<String> inside(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("nsenter", "-t", Long.toString(holder.pid()), "-m"));
        if (withUser) {
            whole.addAll(List.of("-U", "--preserve-credentials"));
        }
        // Once inside: before, the directory of that name is another one.
        whole.addAll(List.of("sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", directory.toString()));
        whole.addAll(command);
        return whole;
    }

    /** The same disk for this process. */
    public Path outside() {
        return Path.of("/proc", Long.toString(holder.pid()), "root")
                .resolve(directory.toString().substring(1));
    }

    /** Writes until nothing more fits. */
    public void fill() {
        // The last page too: what is refused as a block may fit by the page.
        for (int size : new int[] {1 << 20, 4096}) {
            byte[] block = new byte[size];
            Arrays.fill(block, (byte) 'x');
            try (OutputStream out =
                    Files.newOutputStream(ballast(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    out.write(block);
                }
            } catch (IOException full) {
                // As it is meant to be.
            }
        }
    }

    /** Gives the room back that {@link #fill} took. */
    public void free() {
        try {
            Files.deleteIfExists(ballast());
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** From now on it can only be read, by root too. */
    public void readOnly(boolean only) {
        // Of the mount alone: what else a tmpfs was made with, a user's namespace may not say again.
        String mode = only ? "remount,bind,ro" : "remount,bind,rw";
        try {
            int code = new ProcessBuilder(inside(List.of("mount", "-o", mode, directory.toString())))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new AssertionError("mount -o " + mode + " ended with " + code);
            }
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    private Path ballast() {
        return outside().resolve("ballast");
    }

    /** Ends the holder; the disk goes with the last process that sees it. */
    @Override
    public void close() {
        holder.destroyForcibly();
        try {
            holder.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
