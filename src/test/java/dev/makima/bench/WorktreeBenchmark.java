package dev.makima.bench;

import dev.makima.testkit.TestRepository;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The yardstick for what the daemon does at the start of a task: the same by hand. */
final class WorktreeBenchmark implements Benchmark {
    private static final int FILES = 5_000;

    @Override
    public String name() {
        return "worktree";
    }

    @Override
    public String description() {
        return "`git worktree add -b` and `remove` by hand in a repository of 5,000 files";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        TestRepository repository = TestRepository.create(setting.scratch().resolve("repository"), FILES);
        AtomicInteger number = new AtomicInteger();
        Figures add = Timing.repeated("git worktree add, 5,000 files", setting.runs(), () -> {
            int n = number.incrementAndGet();
            return repository.worktree(worktree(setting, n), "work-" + n);
        });
        Figures remove = Timing.repeated(
                "git worktree remove, 5,000 files",
                setting.runs(),
                () -> repository.git(
                        "worktree",
                        "remove",
                        worktree(setting, number.getAndDecrement()).toString()));
        return List.of(add, remove);
    }

    private static Path worktree(Setting setting, int n) {
        return setting.scratch().resolve("worktree-" + n);
    }
}
