package dev.makima.bench;

import dev.makima.base.TaskId;
import dev.makima.git.GitSettings;
import dev.makima.git.GitTools;
import dev.makima.git.UnsavedWork;
import dev.makima.git.Worktree;
import dev.makima.git.WorktreeRequest;
import dev.makima.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A worktree of a large repository, by the daemon's own code and by hand, in turns: the caches of the system favour
 * whoever comes second.
 */
final class LargeWorktreeBenchmark implements Benchmark {
    private static final int FILES = 50_000;
    private static final int CHANGED = 500;
    private static final int ADDED = 100;

    @Override
    public String name() {
        return "worktree-large";
    }

    @Override
    public String description() {
        return "the start of a task's worktree in a repository of 50,000 files, alone and from another's 600 changed"
                + " files, against git worktree add and cp -a by hand";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        TestRepository repository = TestRepository.create(setting.scratch().resolve("repository"), FILES);
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(TestRepository.environment());
        GitSettings settings = new GitSettings(
                setting.scratch().resolve("repos"), setting.scratch().resolve("worktrees"), "makima/task-");
        try (GitTools git = GitTools.of(environment, settings, 1)) {
            Pair plain = new Pair();
            for (int run = 0; run <= setting.runs(); run++) {
                plain.measure(
                        run,
                        () -> daemons(git, repository, null),
                        () -> byHand(setting, repository, null),
                        worktree -> remove(git, repository, worktree));
            }
            Worktree changed = git.worktrees().create(request(repository, null));
            change(changed.path());
            Pair continued = new Pair();
            for (int run = 0; run <= setting.runs(); run++) {
                continued.measure(
                        run,
                        () -> daemons(git, repository, changed.taskId()),
                        () -> byHand(setting, repository, changed.path()),
                        worktree -> remove(git, repository, worktree));
            }
            List<Figures> all = new ArrayList<>(plain.figures("worktree", "git worktree add"));
            all.addAll(continued.figures("continued worktree", "git worktree add, cp -a"));
            return all;
        }
    }

    private static WorktreeRequest request(TestRepository repository, @Nullable TaskId from) {
        return new WorktreeRequest(
                new TaskId(UUID.randomUUID()), "bench", repository.directory().toString(), null, from, null);
    }

    private static Made daemons(GitTools git, TestRepository repository, @Nullable TaskId from)
            throws InterruptedException {
        Worktree worktree = git.worktrees().create(request(repository, from));
        return new Made(worktree.path(), worktree);
    }

    private static Made byHand(Setting setting, TestRepository repository, @Nullable Path from) throws Exception {
        String name = "hand-" + UUID.randomUUID();
        Path path = setting.scratch().resolve(name);
        TestRepository worktree = repository.worktree(path, name);
        if (from != null) {
            String files =
                    TestRepository.at(from).git("ls-files", "--modified", "--others", "--exclude-standard", "-z");
            Path list = Files.writeString(setting.scratch().resolve("list"), files);
            Timing.command(
                    from,
                    Map.of(),
                    List.of("xargs", "-0", "-a", list.toString(), "cp", "-a", "--parents", "-t", path.toString()));
        }
        return new Made(worktree.directory(), null);
    }

    private static void change(Path worktree) throws IOException {
        for (int i = 0; i < CHANGED; i++) {
            Files.writeString(worktree.resolve("src/d" + i + "/f" + i * 100 + ".txt"), "changed " + i + "\n");
        }
        for (int i = 0; i < ADDED; i++) {
            Files.writeString(worktree.resolve("src/d" + i + "/new.txt"), "new " + i + "\n");
        }
    }

    private static void remove(GitTools git, TestRepository repository, Made made) throws InterruptedException {
        if (made.worktree() == null) {
            repository.git("worktree", "remove", "--force", made.path().toString());
        } else {
            git.cleanup().cleanup(made.worktree(), true, UnsavedWork.DISCARD);
        }
    }

    private record Made(Path path, @Nullable Worktree worktree) {}

    private interface Way {
        Made make() throws Exception;
    }

    private interface Removal {
        void remove(Made made) throws Exception;
    }

    /** The same thing done in two ways, run by run; the first run is not counted. */
    private static final class Pair {
        private final List<Double> ours = new ArrayList<>();
        private final List<Double> hands = new ArrayList<>();

        void measure(int run, Way daemons, Way byHand, Removal removal) throws Exception {
            boolean oursFirst = run % 2 == 0;
            double first = timed(oursFirst ? daemons : byHand, removal);
            double second = timed(oursFirst ? byHand : daemons, removal);
            if (run > 0) {
                ours.add(oursFirst ? first : second);
                hands.add(oursFirst ? second : first);
            }
        }

        private static double timed(Way way, Removal removal) throws Exception {
            Made[] made = new Made[1];
            double millis = Timing.millis(() -> made[0] = way.make());
            removal.remove(made[0]);
            return millis;
        }

        List<Figures> figures(String what, String byHand) {
            Figures own = new Figures("makima: " + what + ", 50,000 files", "ms", ours);
            Figures hand = new Figures("by hand: " + byHand, "ms", hands);
            return List.of(own, hand, Figures.of("ratio of the medians", "x", own.median() / hand.median()));
        }
    }
}
