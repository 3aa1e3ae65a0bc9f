package dev.makima.config;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import io.vertx.core.json.DecodeException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a repository says about the worktrees of its tasks, in its file {@value #PATH}.
 *
 * <p>Strict where the daemon's own configuration is lenient: the file is under version control and the same on every
 * machine, so a name that is not known is a mistake, and a task would go on without the set-up it needs. Immutable.
 *
 * @param setUp commands that are run in a new worktree before the agent is started
 * @param tearDown commands that are run in it before it is removed
 * @param files what comes along from the owner's own checkout, since git does not carry it
 * @param checkout how much of the repository is checked out
 */
public record ProjectFile(Commands setUp, Commands tearDown, Files files, Checkout checkout) {
    /** Where it is in a repository. */
    public static final String PATH = ".makima/project.toml";

    /** The longest that is read, in bytes. */
    public static final int LONGEST = 256 * 1024;

    /**
     * Commands, one after the other, the first that fails being the last.
     *
     * @param run programs with their arguments; no shell is between
     * @param timeout how long all of them together may take
     */
    public record Commands(List<List<String>> run, Duration timeout) {
        /** Copies the lists. */
        public Commands {
            run = run.stream().map(List::copyOf).toList();
        }
    }

    /**
     * Files and directories by glob patterns, relative to the root of the checkout.
     *
     * @param copied become copies
     * @param linked become symbolic links to the originals
     * @param cloned become copies that share their blocks with the originals where the file system can, for large trees
     */
    public record Files(List<String> copied, List<String> linked, List<String> cloned) {
        /** Copies the lists. */
        public Files {
            copied = List.copyOf(copied);
            linked = List.copyOf(linked);
            cloned = List.copyOf(cloned);
        }

        /** Whether there is nothing to bring along. */
        public boolean isEmpty() {
            return copied.isEmpty() && linked.isEmpty() && cloned.isEmpty();
        }
    }

    /**
     * How much is checked out.
     *
     * @param sparse the directories, with the files beside them on the way; empty for everything
     * @param depth how many commits of each branch a clone by URL has; empty for all
     */
    public record Checkout(List<RelativePath> sparse, OptionalInt depth) {
        /** Copies the list. */
        public Checkout {
            sparse = List.copyOf(sparse);
        }
    }

    /**
     * Reads the file's text.
     *
     * @throws MakimaException VALIDATION, with the key, what was found and what is needed, where it is not as it has to
     *     be
     */
    public static ProjectFile parse(byte[] text) {
        ProjectKeys keys = new ProjectKeys(tree(text), ProjectFile::bad);
        ProjectFile file = new ProjectFile(
                new Commands(
                        keys.commands("setup.run"),
                        keys.time("setup.timeoutSecs", Duration.ofMinutes(10), Duration.ofHours(2))),
                new Commands(
                        keys.commands("teardown.run"),
                        keys.time("teardown.timeoutSecs", Duration.ofMinutes(1), Duration.ofMinutes(10))),
                new Files(keys.patterns("files.copy"), keys.patterns("files.link"), keys.patterns("files.clone")),
                new Checkout(keys.directories("worktree.sparse"), keys.count("worktree.depth")));
        keys.requireNothingElse();
        return file;
    }

    private static Map<String, @Nullable Object> tree(byte[] text) {
        if (text.length > LONGEST) {
            throw bad("it is longer than " + LONGEST + " bytes");
        }
        try {
            // Looked at as text first: the parser takes what is no UTF-8 for Latin 1 now and then.
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
            return decoded.isBlank() ? Map.of() : Trees.plain(TomlProcessor.decode(text));
        } catch (CharacterCodingException e) {
            throw bad("it is not UTF-8 text");
        } catch (DecodeException e) {
            throw bad("it is not valid TOML" + SyntaxProblem.at(e));
        }
    }

    static MakimaException bad(String what) {
        return new MakimaException(
                ErrorCode.VALIDATION,
                PATH + " of this repository cannot be used: " + what,
                "Correct it, commit it, and start the task again");
    }
}
