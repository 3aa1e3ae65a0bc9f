package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.TestRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything about somebody's repository that nobody may change by surprise: what is checked out, every branch and tag
 * that is no task's, the index, the files, the configuration, hooks and stashes.
 */
final class SourceFingerprint {
    private final TestRepository repository;
    private final Map<String, String> before;

    private SourceFingerprint(TestRepository repository) {
        this.repository = repository;
        this.before = look(repository);
    }

    static SourceFingerprint of(TestRepository repository) {
        return new SourceFingerprint(repository);
    }

    /** Nothing has changed since. */
    void assertUntouched() {
        assertThat(look(repository)).isEqualTo(before);
    }

    /** Nothing but these branches has changed since. */
    void assertOnlyChanged(String... branches) {
        Map<String, String> now = look(repository);
        Map<String, String> then = new TreeMap<>(before);
        for (String branch : branches) {
            assertThat(now.remove("refs/heads/" + branch)).as(branch).isNotEqualTo(then.remove("refs/heads/" + branch));
        }
        assertThat(now).isEqualTo(then);
    }

    private static Map<String, String> look(TestRepository repository) {
        Map<String, String> seen = new TreeMap<>();
        Path common = repository
                .directory()
                .resolve(repository.git("rev-parse", "--git-common-dir").strip());
        seen.put("HEAD", CommandBench.read(common.resolve("HEAD")));
        repository
                .git("for-each-ref", "--format=%(refname) %(objectname)")
                .lines()
                .map(line -> line.split(" "))
                .filter(parts -> !isOurs(parts[0]))
                .forEach(parts -> seen.put(parts[0], parts[1]));
        seen.put(
                "configuration",
                repository
                        .git("config", "--local", "--list")
                        .lines()
                        .filter(line -> !line.startsWith("branch.makima/"))
                        .collect(Collectors.joining("\n")));
        seen.put("hooks", names(common.resolve("hooks")));
        boolean bare =
                repository.git("rev-parse", "--is-bare-repository").strip().equals("true");
        if (!bare) {
            seen.put("stashes", repository.git("stash", "list"));
            seen.put("index", repository.git("ls-files", "--stage", "-v", "-z"));
            seen.put("status", repository.git("--no-optional-locks", "status", "--porcelain=v2", "--ignored", "-z"));
            files(repository.directory(), seen);
        }
        return seen;
    }

    /** Refs of tasks: their branches, there and at the origin, and checkpoints. */
    private static boolean isOurs(String ref) {
        return ref.startsWith("refs/heads/makima/")
                || ref.startsWith("refs/remotes/origin/makima/")
                || ref.startsWith("refs/makima/");
    }

    private static String names(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().collect(Collectors.joining("\n"));
        } catch (IOException e) {
            // No hooks directory, which is as good as an empty one.
            return "";
        }
    }

    private static void files(Path root, Map<String, String> seen) {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String name = root.relativize(path).toString();
                boolean ours = !name.equals(".git") && !name.startsWith(".git/");
                if (ours && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    seen.put("file " + name, Files.size(path) + " " + Files.getLastModifiedTime(path));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
