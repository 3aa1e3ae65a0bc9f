package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RepoUrl;
import dev.makima.base.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns what git wrote to standard error into a sentence for a person, with a cure where the cause is a known one. */
final class GitFailure {
    private static final int REASON_LIMIT = 500;

    private record Known(String text, String cure) {}

    /** First match wins; all texts are those of git and ssh under LC_ALL=C. */
    private static final List<Known> KNOWN = List.of(
            new Known(
                    "index.lock",
                    "Another git command works there or died there: wait for it, or remove the lock file it names"),
            new Known(
                    "Unable to write index",
                    "Another git command works there or died there: wait for it, or remove its index.lock"),
            new Known(
                    "would be overwritten by", "Commit those files there, or move them out of the way, then try again"),
            new Known("already checked out at", "Check out another branch there, then try again"),
            new Known("already used by worktree at", "Check out another branch there, then try again"),
            new Known("dubious ownership", "Add the directory to git's safe.directory for the account makima runs as"),
            new Known(
                    "could not read Username",
                    "Set up a credential helper or an access token for the account makima runs as; it is never asked"),
            new Known(
                    "could not read Password",
                    "Set up a credential helper or an access token for the account makima runs as; it is never asked"),
            new Known("Authentication failed", "Check the credentials of the account makima runs as"),
            new Known(
                    "Permission denied (publickey",
                    "Give the account makima runs as an SSH key that the remote knows, without a passphrase or in an agent"),
            new Known(
                    "Host key verification failed",
                    "Connect once by ssh as the account makima runs as, and accept the host's key"),
            new Known("No space left on device", "Free some space on that disk"),
            new Known(
                    "' exists; cannot create '", "Rename the branch in the way, or set another worktree.branchPrefix"),
            new Known("does not have a commit checked out", "Remove that nested repository's .git, or commit in it"),
            new Known("Could not resolve host", "Check the URL and the network"),
            new Known("Connection refused", "Check the URL and that the server runs"),
            new Known("not found", "Check the URL, and that the account makima runs as may read it"),
            new Known("does not appear to be a git repository", "Check the path or URL of the repository"),
            new Known("does not exist", "Check the path or URL of the repository"),
            new Known("Permission denied", "Check the permissions for the account makima runs as"),
            new Known("unable to access", "Check the URL and the network"));

    private GitFailure() {}

    /** The exception for a clone that could not be made. */
    static MakimaException ofClone(RepoUrl url, GitResult result) {
        return new MakimaException(
                ErrorCode.COMMAND_FAILED,
                "could not clone " + url + ": " + reason(result),
                cure(result.stderr()),
                null);
    }

    /** The exception for a command that exited with an error. */
    static MakimaException of(GitCall call, GitResult result) {
        String what = "git " + subcommand(call.arguments()) + " failed in " + call.directory() + ": " + reason(result);
        return new MakimaException(ErrorCode.COMMAND_FAILED, what, cure(result.stderr()), null);
    }

    /** Why git failed, in its own words, on one line: its fatal and error lines, else the end of what it said. */
    static String reason(GitResult result) {
        List<String> lines = withLists(result.stderr().lines().toList()).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("hint:"))
                .toList();
        List<String> telling = lines.stream()
                .filter(line -> line.startsWith("fatal:")
                        || line.startsWith("error:")
                        || line.startsWith("remote:")
                        || line.startsWith("! ")
                        || line.startsWith("!\t")
                        || line.startsWith("ssh:"))
                .toList();
        List<String> chosen = telling.isEmpty() ? lines.subList(Math.max(0, lines.size() - 5), lines.size()) : telling;
        if (chosen.isEmpty()) {
            return "exit code " + result.exitCode();
        }
        return Text.abbreviate(chosen.stream().distinct().collect(Collectors.joining("; ")), REASON_LIMIT);
    }

    /** With the names that git sets below a sentence, indented by a tab, behind that sentence. */
    private static List<String> withLists(List<String> lines) {
        List<String> joined = new ArrayList<>();
        for (String line : lines) {
            boolean named = line.startsWith("\t") && !joined.isEmpty();
            if (named) {
                String before = joined.removeLast();
                joined.add(before + (before.endsWith(":") ? " " : ", ") + line.strip());
            } else {
                joined.add(line);
            }
        }
        return joined;
    }

    /** What helps against this, where it is known. */
    static @Nullable String cure(String stderr) {
        for (Known known : KNOWN) {
            if (stderr.contains(known.text())) {
                return known.cure();
            }
        }
        return null;
    }

    /** The subcommand without options that may hold anything. */
    static String subcommand(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).equals("-c")) {
                i++;
            } else if (!arguments.get(i).startsWith("-")) {
                return arguments.get(i);
            }
        }
        return "";
    }

    static String withoutPasswords(String text) {
        return text.replaceAll("(https?://)[^/@\\s]*@", "$1");
    }
}
