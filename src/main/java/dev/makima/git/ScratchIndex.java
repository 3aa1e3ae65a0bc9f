package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A copy of a worktree's index, to find out what is in the worktree without the agent noticing.
 *
 * <p>Git never locks, reads again or writes the worktree's own index for it: {@code git add} of ours and one of the agent's
 * at the same moment do not see each other. Git replaces an index by a rename, so the copy is always a whole one.
 *
 * <p>Calls name the worktree's git directory: where it is damaged they fail, and never find another repository further up.
 *
 * <p>Not thread-safe; blocking.
 */
final class ScratchIndex implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ScratchIndex.class.getName());
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int TRIES = 8;
    private static final String NOT_HELPERS = ":(top,literal,exclude).makima";

    private final Git git;
    private final Path worktree;
    private final Path admin;
    private final Path scratch;
    private final Store store;
    private final Map<String, String> variables;

    /** Where objects go that are made on the way. */
    enum Store {
        /** Into the repository: for what becomes a commit. */
        REPOSITORY,
        /** Away with the copy: for what is only looked at. They are not compressed. */
        SCRATCH
    }

    private ScratchIndex(Git git, Path worktree, Path admin, Path scratch, Store store, Map<String, String> variables) {
        this.git = git;
        this.worktree = worktree;
        this.admin = admin;
        this.scratch = scratch;
        this.store = store;
        this.variables = variables;
    }

    /**
     * Copies the index of the task's worktree.
     *
     * @throws MakimaException CONFLICT where the directory is not this task's worktree any more; IO where the index cannot be
     *     copied
     */
    static ScratchIndex of(Git git, Worktree worktree, Store store) {
        requireOwn(worktree);
        return of(git, worktree.path(), store);
    }

    /**
     * A copy of the index that names untracked files too, without their content: git then compares them with a commit like
     * tracked ones, and has nothing to store, however large they are. To be closed.
     */
    static ScratchIndex withNewFiles(Git git, Worktree worktree) throws InterruptedException {
        ScratchIndex index = of(git, worktree, Store.SCRATCH);
        try {
            // What it cannot take (a nested repository without a commit) no commit could: its exit code says nothing.
            git.run(index.call(
                    "-c", "core.splitIndex=false", "add", "--sparse", "--intent-to-add", "--ignore-errors", "--", "."));
            return index;
        } catch (RuntimeException | InterruptedException e) {
            index.close();
            throw e;
        }
    }

    /** Copies the index of the worktree or repository that this directory is. */
    static ScratchIndex of(Git git, Path worktree, Store store) {
        Path admin = GitFiles.adminDirectoryOf(worktree).orElseThrow(() -> noWorktree(worktree));
        Path common = GitFiles.commonDirectoryOf(worktree).orElseThrow(() -> noWorktree(worktree));
        try {
            Path scratch = Files.createTempDirectory("makima-index");
            if (Files.exists(admin.resolve("index"))) {
                // With its time: git takes entries as young as the index for possibly changed and looks at the content.
                Files.copy(admin.resolve("index"), scratch.resolve("index"), StandardCopyOption.COPY_ATTRIBUTES);
            }
            Map<String, String> variables = new HashMap<>(Map.of(
                    "GIT_DIR", admin.toAbsolutePath().toString(),
                    "GIT_WORK_TREE", worktree.toAbsolutePath().toString(),
                    "GIT_INDEX_FILE", scratch.resolve("index").toString()));
            if (store == Store.SCRATCH) {
                Path objects = Files.createDirectory(scratch.resolve("objects"));
                variables.put("GIT_OBJECT_DIRECTORY", objects.toString());
                variables.put("GIT_ALTERNATE_OBJECT_DIRECTORIES", quoted(common.resolve("objects")));
            }
            return new ScratchIndex(git, worktree, admin, scratch, store, variables);
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot copy the index of " + worktree + ": " + e.getMessage(), null, e);
        }
    }

    /**
     * Refuses a directory that is not the task's worktree (any more).
     *
     * @throws MakimaException CONFLICT
     */
    static void requireOwn(Worktree worktree) {
        if (!GitFiles.commonDirectoryOf(worktree.path()).equals(Optional.of(worktree.repository()))) {
            throw worktree.gone();
        }
    }

    /** The worktree's own git directory. */
    Path admin() {
        return admin;
    }

    /** The directory of the copy, for other files that go with it. */
    Path scratch() {
        return scratch;
    }

    /** A git call in the worktree, on the copy. */
    GitCall call(String... arguments) {
        return new GitCall(worktree, LIMIT, List.of(arguments), variables, null, GitCall.OUTPUT_LIMIT_DEFAULT);
    }

    /** The same on another index beside the copy, which does not exist before its first use. */
    GitCall callOn(String otherIndex, String... arguments) {
        return call(arguments)
                .with("GIT_INDEX_FILE", scratch.resolve(otherIndex).toString());
    }

    /** The paths with conflicts; git would take them for resolved once it has added them. */
    List<String> unmerged() throws InterruptedException {
        return git.runOk(call("ls-files", "--unmerged", "-z")).fields().stream()
                .map(field -> field.substring(field.indexOf('\t') + 1))
                .distinct()
                .toList();
    }

    /** The tree of what is staged. */
    String stagedTree() throws InterruptedException {
        return git.runOk(call("-c", "core.splitIndex=false", "write-tree", "--missing-ok"))
                .text();
    }

    /**
     * Takes everything in that is not ignored, and answers its tree. Only files that are not as the agent's index knows
     * them are read. What cannot be taken (a nested repository without a commit, a file that may not be read) is left out,
     * as any commit would have to.
     */
    String workingTree() throws InterruptedException {
        GitResult result = git.run(add());
        for (int tries = 1; tries < TRIES && isCutShort(result); tries++) {
            result = git.run(tries == 1 ? add() : addOneByOne());
        }
        if (isCutShort(result) || result.exitCode() > 1) {
            throw GitFailure.of(add(), result);
        }
        if (!result.ok()) {
            LOG.log(System.Logger.Level.DEBUG, "left out in {0}: {1}", worktree, GitFailure.reason(result));
        }
        if (Files.isDirectory(worktree.resolve(".makima"), LinkOption.NOFOLLOW_LINKS)) {
            // No pathspec stands for all of a directory but one file. Where there is none, git has nothing to do.
            git.run(call(options("update-index", "--add", "--remove", "--", GitFiles.PROJECT_FILE)));
        }
        return stagedTree();
    }

    /**
     * What {@link #workingTree} would answer, without storing a file's content anywhere: the tree is a name for it and no
     * more. Nested repositories are left out.
     */
    String workingTreeHash() throws InterruptedException {
        GitResult result = git.run(addOneByOne("--info-only"));
        for (int tries = 1; tries < TRIES && !result.ok(); tries++) {
            result = git.run(addOneByOne("--info-only"));
        }
        // A file that may not be read ends that command every time; the other one goes on without it.
        return result.ok() ? stagedTree() : workingTree();
    }

    /** A file that vanishes while git looks at it (compilers make such) ends the whole command. */
    private static boolean isCutShort(GitResult result) {
        return result.stderr().contains("fatal:");
    }

    private GitCall add() {
        return call(options("add", "--all", "--sparse", "--ignore-errors", "--", ".", NOT_HELPERS));
    }

    /** The same by another command, which takes a file that is not there any more for a deleted one. */
    private GitCall addOneByOne(String... more) throws InterruptedException {
        GitResult listed = git.runOk(call(
                "ls-files",
                "-z",
                "--modified",
                "--deleted",
                "--others",
                "--exclude-standard",
                "--deduplicate",
                "--",
                ".",
                NOT_HELPERS));
        // As bytes: a name need not be UTF-8. A slash at the end stands for a nested repository.
        String names = Arrays.stream(new String(listed.bytes(), StandardCharsets.ISO_8859_1).split("\0"))
                .filter(name -> !name.endsWith("/"))
                .map(name -> name + "\0")
                .collect(Collectors.joining());
        List<String> command = new ArrayList<>(List.of("update-index", "--add", "--remove", "--replace"));
        command.addAll(List.of(more));
        command.addAll(List.of("-z", "--stdin"));
        return call(options(command.toArray(String[]::new))).reading(names.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String[] options(String... command) {
        List<String> arguments = new ArrayList<>(List.of(
                "-c", "core.splitIndex=false", "-c", "core.looseCompression=" + (store == Store.SCRATCH ? "0" : "1")));
        arguments.addAll(List.of(command));
        return arguments.toArray(String[]::new);
    }

    @Override
    public void close() {
        try {
            Undisturbed.deleteTree(scratch);
        } catch (IOException e) {
            // It lies in the system's temporary directory, which cleans itself.
            LOG.log(System.Logger.Level.DEBUG, "could not remove " + scratch, e);
        }
    }

    /** A list of directories is parted by colons, unless quoted as C does. */
    private static String quoted(Path path) {
        return "\""
                + path.toString().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    private static MakimaException noWorktree(Path path) {
        return new MakimaException(
                ErrorCode.CONFLICT,
                path + " is not a git worktree (any more)",
                "Run the task again to have its branch checked out");
    }
}
