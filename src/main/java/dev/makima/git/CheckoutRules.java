package dev.makima.git;

import dev.makima.base.RelativePath;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Decides how much of a repository is cloned and checked out. Whoever makes the tools knows what the machine's owner wants
 * and how it is written down; this room knows how it is done. Thread-safe.
 */
public interface CheckoutRules {
    /** More bytes than this of such a file are not read: the rest makes it one that cannot be understood. */
    int LONGEST = 1024 * 1024;

    /** Everything of every repository. */
    CheckoutRules WHOLE = new CheckoutRules() {
        @Override
        public Optional<RelativePath> file(String repository, @Nullable Path common) {
            return Optional.empty();
        }

        @Override
        public Shape shape(byte[] content) {
            return Shape.WHOLE;
        }
    };

    /**
     * The file of this repository that says how much of it there should be; empty where it has no say.
     *
     * @param repository its URL or path as the task named it
     * @param common its common git directory, or null where it is not cloned yet
     */
    Optional<RelativePath> file(String repository, @Nullable Path common);

    /**
     * What that file says.
     *
     * @throws dev.makima.base.MakimaException where it cannot be understood: no worktree is made then
     */
    Shape shape(byte[] content);

    /**
     * How much there is.
     *
     * @param sparse the directories that are checked out; empty for all
     * @param depth how many commits of each branch are cloned; empty for all
     */
    record Shape(List<RelativePath> sparse, OptionalInt depth) {
        /** All of it. */
        public static final Shape WHOLE = new Shape(List.of(), OptionalInt.empty());

        /** Copies the list. */
        public Shape {
            sparse = List.copyOf(sparse);
        }
    }
}
