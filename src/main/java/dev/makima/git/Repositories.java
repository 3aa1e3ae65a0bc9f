package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import dev.makima.base.RelativePath;
import dev.makima.base.RepoUrl;
import dev.makima.base.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Finds the repository that a user named by a path, and has the one at hand that was named by a URL. Thread-safe. */
final class Repositories {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration CLONE_LIMIT = Duration.ofMinutes(30);
    private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*:(//|:)", Pattern.DOTALL);

    private final Git git;
    private final Path reposDir;
    private final CheckoutRules rules;

    Repositories(Git git, Path reposDir, CheckoutRules rules) {
        this.git = git;
        this.reposDir = reposDir;
        this.rules = rules;
    }

    /**
     * The repository; cloned now where it is a URL seen for the first time.
     *
     * @throws MakimaException VALIDATION where the text is neither a URL that we take nor the path of a repository;
     *     NOT_FOUND where there is no such directory; COMMAND_FAILED where it cannot be cloned
     */
    Repository find(String text) throws InterruptedException {
        if (SCHEME.matcher(text).find() || RepoUrl.isUrl(text)) {
            return cloneOf(new RepoUrl(text));
        }
        return at(git, expand(git, text), text);
    }

    /**
     * The repository that this directory is or lies in.
     *
     * @throws MakimaException as {@link #find}
     */
    static Repository at(Git git, Path path, String shown) throws InterruptedException {
        String named = Text.abbreviate(shown, 200);
        if (!Files.isDirectory(path)) {
            String what = Files.exists(path) ? "is not a directory" : "does not exist";
            throw new MakimaException(
                    ErrorCode.NOT_FOUND,
                    "the repository " + named + " " + what,
                    "Give the path of a git repository on this machine, or its URL");
        }
        GitCall call = GitCall.of(path, LIMIT, "rev-parse", "--path-format=absolute", "--git-common-dir");
        GitResult result = git.run(call);
        if (result.stderr().contains("not a git repository")) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    named + " is not a git repository",
                    "Give the path of one, or make it one with: git init");
        }
        if (!result.ok()) {
            throw GitFailure.of(call, result);
        }
        return new Repository(path, canonical(Path.of(result.text())), named, false, false);
    }

    /** The path with {@code ~} for the home directory. */
    static Path expand(Git git, String text) {
        try {
            Path path = text.equals("~") || text.startsWith("~/")
                    ? git.home().resolve(text.substring(Math.min(2, text.length())))
                    : Path.of(text);
            if (path.isAbsolute()) {
                return path.normalize();
            }
        } catch (InvalidPathException e) {
            // Told below, like every other text that is no path of a repository.
        }
        throw new MakimaException(
                ErrorCode.VALIDATION,
                "not a repository: " + (text.isBlank() ? "an empty text" : Text.abbreviate(text, 120)),
                "Give an absolute path, or a URL: http://, https://, ssh://, file:// or user@host:path");
    }

    static Path canonical(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new MakimaException(ErrorCode.IO, "cannot read the directory " + path + ": " + e, null, e);
        }
    }

    private Repository cloneOf(RepoUrl url) throws InterruptedException {
        Path target = reposDir.resolve(cloneName(url));
        boolean fresh = git.locks().locked(target, () -> {
            if (Files.isDirectory(target)) {
                return false;
            }
            PrivateFiles.directory(reposDir);
            makeClone(url, target);
            return true;
        });
        return new Repository(target, canonical(target), url.toString(), true, fresh);
    }

    /** By the last part, for people, and a hash of the whole, so that two URLs never share a clone. */
    private static String cloneName(RepoUrl url) {
        String path = url.value().replaceAll("(\\.git)?/*$", "");
        String last = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf(':')) + 1);
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(url.value().getBytes(StandardCharsets.UTF_8));
            return Text.sanitise(last) + "-" + HexFormat.of().formatHex(hash, 0, 8) + ".git";
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** Under another name first: what a crash or an interrupt leaves behind is never taken for the clone. */
    private void makeClone(RepoUrl url, Path target) throws InterruptedException {
        Path temporary = null;
        try {
            deleteLeftovers(target);
            temporary = Files.createTempDirectory(reposDir, leftoverPrefix(target));
            Files.move(bareClone(url, temporary.resolve("clone")), target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO,
                    "cannot put the clone of " + url + " into " + target + ": " + e.getMessage(),
                    "Check the permissions and the free space there",
                    e);
        } finally {
            Path made = temporary;
            if (made != null) {
                Undisturbed.run(made.toString(), () -> Undisturbed.deleteTree(made));
            }
        }
    }

    private static String leftoverPrefix(Path target) {
        return "." + target.getFileName() + ".";
    }

    private void deleteLeftovers(Path target) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(
                reposDir, file -> file.getFileName().toString().startsWith(leftoverPrefix(target)))) {
            for (Path leftover : leftovers) {
                Undisturbed.deleteTree(leftover);
            }
        }
    }

    /**
     * Makes a clone whose branches are all under refs/remotes/origin. {@code clone --bare} would copy them to
     * refs/heads: those are never fetched again, or, with a refspec that does, cannot be while a worktree has one
     * checked out, and pruning would take the tasks' branches.
     */
    private Path bareClone(RepoUrl url, Path directory) throws InterruptedException {
        Path parent = directory.toAbsolutePath().getParent();
        Optional<RelativePath> says = rules.file(url.value(), null);
        List<String> arguments = new ArrayList<>(List.of(
                "clone", "--quiet", "--no-checkout", "--template=", "--no-recurse-submodules", "--origin=origin"));
        if (says.isPresent()) {
            // How deep the clone should be stands in the repository itself: one commit first, to look.
            arguments.addAll(List.of("--depth=1", "--no-single-branch"));
        }
        arguments.addAll(List.of("--", url.value(), directory.toString()));
        GitResult result = git.run(
                git.remoteCall(parent == null ? directory : parent, CLONE_LIMIT, arguments.toArray(String[]::new)));
        if (!result.ok()) {
            throw GitFailure.ofClone(url, result);
        }
        Path bare = directory.resolve(".git");
        RepositoryConfig.set(git, bare, "core.bare", "true");
        if (says.isPresent()) {
            deepen(url, bare, says.get());
        }
        GitResult head = git.run(bare, LIMIT, "symbolic-ref", "--quiet", "HEAD");
        if (head.ok()
                && git.run(bare, LIMIT, "rev-parse", "--verify", "--quiet", "HEAD")
                        .ok()) {
            git.runOk(bare, LIMIT, "update-ref", "-d", head.text());
        }
        return bare;
    }

    /** Gets as many commits as the repository's owner wants, all where nothing is said. */
    private void deepen(RepoUrl url, Path bare, RelativePath says) throws InterruptedException {
        GitResult file = git.run(GitCall.of(bare, LIMIT, "cat-file", "blob", "refs/remotes/origin/HEAD:" + says)
                .keeping(CheckoutRules.LONGEST));
        OptionalInt depth = file.ok() ? rules.shape(file.bytes()).depth() : OptionalInt.empty();
        if (depth.isPresent() && depth.getAsInt() == 1) {
            return;
        }
        boolean shallow = Files.exists(bare.resolve("shallow"));
        if (depth.isEmpty() && !shallow) {
            return;
        }
        GitCall call = git.remoteCall(
                bare,
                CLONE_LIMIT,
                "fetch",
                "--quiet",
                "--no-write-fetch-head",
                "--no-recurse-submodules",
                "--no-auto-maintenance",
                "--upload-pack=git-upload-pack",
                depth.isPresent() ? "--depth=" + depth.getAsInt() : "--unshallow",
                "origin");
        GitResult result = git.run(call);
        if (!result.ok()) {
            throw GitFailure.ofClone(url, result);
        }
    }
}
