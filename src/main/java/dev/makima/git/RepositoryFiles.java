package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;

/**
 * Reads single files of repositories on this machine. No path leaves the directory that was named, by {@code ..} or by a
 * symlink, and none reaches git's own directory, where passwords of remotes may be. Thread-safe; blocking.
 */
public final class RepositoryFiles {
    /** How long a file may be where nothing is said: 4 MiB. */
    public static final int BYTES_DEFAULT = 4 * 1024 * 1024;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Git git;
    private final int maxBytes;

    /** Files of at most {@link #BYTES_DEFAULT}. */
    public RepositoryFiles(Git git) {
        this(git, BYTES_DEFAULT);
    }

    /**
     * Files of repositories that this git knows.
     *
     * @param maxBytes how long a file may be
     */
    public RepositoryFiles(Git git, int maxBytes) {
        this.git = git;
        this.maxBytes = maxBytes;
    }

    /**
     * The text of a file as it lies in the repository's checkout; in a bare repository, as its HEAD has it.
     *
     * @param repository a repository or a directory in one, {@code ~/…} too; the file is looked for from there
     * @throws InterruptedException where the calling thread was interrupted
     * @throws MakimaException NOT_FOUND where there is no such repository or file; VALIDATION where the path leaves the
     *     repository, is no plain file, is longer than the limit or is not text in UTF-8; IO where it cannot be read
     */
    public String read(Path repository, RelativePath file) throws InterruptedException {
        Path expanded = Repositories.expand(git, repository.toString());
        Repository found = Repositories.at(git, expanded, repository.toString());
        for (Path part : Path.of(file.value()).normalize()) {
            if (part.toString().equalsIgnoreCase(".git")) {
                throw outside(file, found);
            }
        }
        boolean bare = git.runOk(expanded, LIMIT, "rev-parse", "--is-inside-work-tree")
                .text()
                .equals("false");
        return text(bare ? fromHead(found, file) : fromCheckout(found, expanded, file), file);
    }

    private byte[] fromCheckout(Repository found, Path directory, RelativePath file) {
        try {
            Path root = directory.toRealPath();
            Path real = file.under(root).toRealPath();
            if (!real.startsWith(root) || inGit(root, real) || real.startsWith(found.common())) {
                throw outside(file, found);
            }
            if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
                throw new MakimaException(
                        ErrorCode.VALIDATION, file + " in " + found.shown() + " is not a file", "Name a plain file");
            }
            // Opened by its real name, and as no link: one that is put there between the check and now is not followed.
            try (InputStream in = Channels.newInputStream(
                    Files.newByteChannel(real, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)))) {
                byte[] bytes = in.readNBytes(maxBytes + 1);
                if (bytes.length > maxBytes) {
                    throw tooLong(file, Files.size(real));
                }
                return bytes;
            }
        } catch (NoSuchFileException e) {
            throw missing(file, found);
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO,
                    "cannot read " + file + " in " + found.shown() + ": " + e.getMessage(),
                    "Check its permissions",
                    e);
        }
    }

    private static boolean inGit(Path root, Path real) {
        for (Path part : root.relativize(real)) {
            if (part.toString().equalsIgnoreCase(".git")) {
                return true;
            }
        }
        return false;
    }

    /** Git itself follows no symlink there: one is a small file with the name that it leads to, and is refused. */
    private byte[] fromHead(Repository found, RelativePath file) throws InterruptedException {
        String path = Path.of(file.value()).normalize().toString();
        GitCall listing = GitCall.of(found.common(), LIMIT, "ls-tree", "-z", "-l", "HEAD", "--", path)
                .with("GIT_LITERAL_PATHSPECS", "1");
        GitResult listed = git.run(listing);
        String[] entry = listed.fields().isEmpty()
                ? new String[0]
                : listed.fields().getFirst().split("[ \t]+", 5);
        if (!listed.ok() || entry.length < 5) {
            throw missing(file, found);
        }
        if (!entry[0].startsWith("100")) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, file + " in " + found.shown() + " is not a file", "Name a plain file");
        }
        long size = Long.parseLong(entry[3]);
        if (size > maxBytes) {
            throw tooLong(file, size);
        }
        return git.runOk(found.common(), LIMIT, "cat-file", "blob", entry[2]).bytes();
    }

    private static String text(byte[] bytes, RelativePath file) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.indexOf('\0') < 0) {
                return text;
            }
        } catch (CharacterCodingException e) {
            // Told below, like a file with NUL bytes.
        }
        throw new MakimaException(ErrorCode.VALIDATION, file + " is not a text file", "Only text in UTF-8 can be sent");
    }

    private MakimaException tooLong(RelativePath file, long size) {
        return new MakimaException(
                ErrorCode.VALIDATION,
                file + " has " + size + " bytes, more than the " + maxBytes + " that are sent",
                "Read it on that machine");
    }

    private static MakimaException missing(RelativePath file, Repository found) {
        return new MakimaException(
                ErrorCode.NOT_FOUND, "there is no file " + file + " in " + found.shown(), "Check the path");
    }

    private static MakimaException outside(RelativePath file, Repository found) {
        return new MakimaException(
                ErrorCode.VALIDATION,
                "the path " + file + " leads out of the files of " + found.shown(),
                "Name a file of that repository");
    }
}
