package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Carries a task's change from one clone of a repository to another.
 *
 * <p>A patch is what {@code git diff --binary} writes, whatever the repository's or the account's configuration says
 * about diffs: binary files, executable bits and symlinks included, renames as a deletion and an addition, so that it
 * applies without looking for anything alike.
 *
 * <p>Reading never touches the worktree's index, and stores nothing in the repository. Thread-safe; blocking.
 */
public final class Patches {
    /** How large a patch may be when unpacked, and the binary files in it together, on any heap: 256 MiB. */
    private static final long PLAIN_LIMIT = 256 * 1024 * 1024;

    /** And how large on any heap it may always be. */
    private static final long PLAIN_LEAST = 16 * 1024 * 1024;

    private static final Pattern SHA = Pattern.compile("[0-9a-f]{7,64}");

    private final Git git;
    private final long maxGzipBytes;
    private final int maxExportBytes;

    /**
     * Patches by this git.
     *
     * @param maxGzipBytes how many bytes a compressed patch may have that is made here
     * @param maxExportBytes how many bytes the text of {@link #export} may have
     */
    public Patches(Git git, long maxGzipBytes, int maxExportBytes) {
        this.git = git;
        this.maxGzipBytes = maxGzipBytes;
        this.maxExportBytes = maxExportBytes;
    }

    /**
     * The change from one commit to another.
     *
     * @param baseSha where it begins, such as {@link Worktree#baseSha}
     * @param toCommit where it ends, such as a checkpoint
     * @throws InterruptedException where the calling thread was interrupted
     * @throws MakimaException VALIDATION for what is no commit's hash, or where the patch is larger than allowed; NOT_FOUND for a
     *     commit that is not in the repository; CONFLICT where the directory is not the task's worktree any more;
     *     COMMAND_FAILED, TIMEOUT or IO where it cannot be read
     */
    public Patch make(Worktree worktree, String baseSha, String toCommit) throws InterruptedException {
        try (ScratchIndex index = ScratchIndex.of(git, worktree, ScratchIndex.Store.SCRATCH)) {
            return patch(index, commit(index, baseSha), commit(index, toCommit));
        }
    }

    /** The change from a commit to what is in the worktree now: committed or not, untracked too, ignored not. */
    public Patch make(Worktree worktree, String baseSha) throws InterruptedException {
        try (ScratchIndex index = ScratchIndex.of(git, worktree, ScratchIndex.Store.SCRATCH)) {
            return patch(index, commit(index, baseSha), index.workingTree());
        }
    }

    /**
     * A change as text, for a person or for {@code git apply}.
     *
     * @param text the patch; always exact: where a file is no UTF-8, all files are in git's form for binary ones
     * @param baseSha the commit that it applies to
     * @param stat its size
     */
    public record Export(String text, String baseSha, DiffStat stat) {}

    /**
     * The whole change of a task as text, uncommitted and untracked files included.
     *
     * @param base the commit to begin at, or null for the one that the task started from
     * @throws InterruptedException as {@link #make}
     * @throws MakimaException as {@link #make}
     */
    public Export export(Worktree worktree, @Nullable String base) throws InterruptedException {
        try (ScratchIndex index = ScratchIndex.of(git, worktree, ScratchIndex.Store.SCRATCH)) {
            String from = commit(index, base == null || base.isBlank() ? worktree.baseSha() : base);
            String to = index.workingTree();
            String text = text(index, from, to);
            return new Export(text, from, stat(index, from, to));
        }
    }

    /**
     * Applies a patch to what is in a worktree now, and leaves the result uncommitted there. The index is not touched.
     *
     * <p>Where the base commit is here, this is a three-way merge, so that changes on both sides go together; else the patch
     * has to fit as it is. The result is worked out beside the worktree. Only if there is no conflict at all, and no ignored
     * file in the way, the files that differ are written; where one of them changed in the meantime, none is.
     *
     * @param gzippedPatch as {@link Patch#gzip} has it
     * @param baseSha the commit that it was made from; need not be in this repository
     * @throws InterruptedException where the calling thread was interrupted
     * @throws MakimaException VALIDATION for what is no patch, is damaged, too large, or would write outside of the worktree or
     *     to git's own files; CONFLICT where a merge or the like is in progress there, or the files change under our hands;
     *     COMMAND_FAILED, TIMEOUT or IO where git or the disk did not do it. The files are as they were
     */
    public AppliedPatch apply(Path worktree, byte[] gzippedPatch, String baseSha) throws InterruptedException {
        requireSha(baseSha);
        byte[] plain =
                PatchText.inflated(gzippedPatch, plainLimit(Runtime.getRuntime().maxMemory()));
        try (ScratchIndex index = ScratchIndex.of(git, worktree, ScratchIndex.Store.SCRATCH)) {
            return new PatchApplication(git, index, worktree).apply(plain, baseSha);
        }
    }

    /** The same for a patch as the protocol carries it: base64. */
    public AppliedPatch apply(Path worktree, String patchData, String baseSha) throws InterruptedException {
        return apply(worktree, PatchText.decoded(patchData), baseSha);
    }

    /** An unpacked patch is in memory as a whole, and others may be at the same time: an eighth of the heap. */
    static int plainLimit(long heap) {
        return (int) Math.clamp(heap / 8, PLAIN_LEAST, PLAIN_LIMIT);
    }

    private static void requireSha(String sha) {
        if (!SHA.matcher(sha).matches()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "not a commit's hash: " + Text.abbreviate(sha, 80), "Give it in full");
        }
    }

    private String commit(ScratchIndex index, String sha) throws InterruptedException {
        requireSha(sha);
        GitResult result =
                git.run(index.call("rev-parse", "--verify", "--quiet", "--end-of-options", sha + "^{commit}"));
        if (!result.ok()) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND,
                    "there is no commit " + sha + " in this repository",
                    "Fetch it, or name another");
        }
        return result.text();
    }

    private Patch patch(ScratchIndex index, String from, String to) throws InterruptedException {
        Path file = index.scratch().resolve("patch");
        git.runOk(index.call(diff(from, to, "--output=" + file).toArray(String[]::new)));
        DiffStat stat = stat(index, from, to);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] gzip = compressed(in);
            return new Patch(gzip, from, stat.filesChanged(), stat.insertions(), stat.deletions());
        } catch (IOException e) {
            throw new MakimaException(ErrorCode.IO, "cannot read the patch " + file + ": " + e.getMessage(), null, e);
        }
    }

    /** Stops where it gets too large: the patch of somebody's data files may be many gigabytes. */
    private byte[] compressed(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes, buffer.length)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                gzip.write(buffer, 0, count);
                checkSize(bytes.size(), maxGzipBytes, "compressed");
            }
        }
        checkSize(bytes.size(), maxGzipBytes, "compressed");
        return bytes.toByteArray();
    }

    private static void checkSize(long size, long limit, String how) {
        if (size > limit) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "the patch is larger than the limit of " + limit + " bytes (" + how + ")",
                    "Keep large files out of the change with .gitignore, or raise process.checkpointPatches.maxPatchSizeBytes");
        }
    }

    private String text(ScratchIndex index, String from, String to) throws InterruptedException {
        byte[] bytes = exported(index, diff(from, to));
        try {
            return decoded(bytes);
        } catch (CharacterCodingException e) {
            return new String(asBinary(index, from, to), StandardCharsets.US_ASCII);
        }
    }

    private static String decoded(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    private byte[] asBinary(ScratchIndex index, String from, String to) throws InterruptedException {
        Path all = index.scratch().resolve("attributes");
        try {
            Files.writeString(all, "* -diff\n");
        } catch (IOException e) {
            throw new MakimaException(ErrorCode.IO, "cannot write " + all + ": " + e.getMessage(), null, e);
        }
        List<String> arguments = new ArrayList<>(List.of("-c", "core.attributesFile=" + all));
        arguments.addAll(diff(from, to));
        return exported(index, arguments);
    }

    private byte[] exported(ScratchIndex index, List<String> arguments) throws InterruptedException {
        GitResult result = git.run(index.call(arguments.toArray(String[]::new)).keeping(maxExportBytes));
        if (result.truncated()) {
            checkSize(maxExportBytes + 1L, maxExportBytes, "as text");
        }
        if (!result.ok()) {
            throw GitFailure.of(index.call(arguments.toArray(String[]::new)), result);
        }
        return result.bytes();
    }

    private DiffStat stat(ScratchIndex index, String from, String to) throws InterruptedException {
        return Changes.count(git.runOk(index.call(
                "diff-tree", "-r", "-z", "--numstat", "--no-renames", "--no-ext-diff", "--no-textconv", from, to)));
    }

    /** The plumbing command: it heeds few settings, and those that change the form are overruled here. */
    private static List<String> diff(String from, String to, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "-c",
                "diff.suppressBlankEmpty=false",
                "-c",
                "core.quotePath=true",
                "diff-tree",
                "-r",
                "-p",
                "--binary",
                "--full-index",
                "--no-renames",
                "--no-ext-diff",
                "--no-textconv",
                "--no-color",
                "--no-relative",
                "--submodule=short",
                "--ignore-submodules=none",
                "--src-prefix=a/",
                "--dst-prefix=b/",
                "--unified=3"));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of(from, to));
        return arguments;
    }
}
