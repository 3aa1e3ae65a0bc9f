package dev.makima.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What lists of tasks hold of them. */
class TaskListTest extends TableBench {
    private static final String PLAN = "Build the feature. ".repeat(1000);
    private static final UUID CONTRACT = UUID.fromString("7d3f9a4e-1111-4222-8333-444455556666");

    @Test
    void aListHasAllOfATaskButItsPlan() {
        Task whole = task(NOW);
        assertThat(whole.plan()).isEqualTo(PLAN);
        assertThat(list(null, null)).containsExactly(listed(whole));
        assertThat(await(store.contractWork().tasks(holder.ownerId(), CONTRACT, null, 1000)))
                .containsExactly(listed(whole));
    }

    @Test
    void tasksAreStillFoundByTheTextOfTheirPlans() {
        Task found = task(NOW);
        assertThat(list("THE FEATURE", null)).containsExactly(listed(found));
        assertThat(list("another", null)).isEmpty();
    }

    @Test
    void pagesFollowOneAnotherWithoutAGapAmongTasksOfOneMoment() {
        List<Task> all = List.of(task(NOW), task(NOW), task(NOW), task(NOW.minusSeconds(1)));
        Task first = list(null, null).getFirst();
        List<Task> rest =
                list(null, new TaskTable.Position(first.createdAt(), first.id().toString()));
        assertThat(rest).hasSize(3).doesNotContain(first).endsWith(listed(all.getLast()));
    }

    @Test
    void whatBelongsToAContractIsListedNewestFirstAndToItsOwnerOnly() {
        Task older = listed(task(NOW));
        Task newer = listed(task(NOW.plusSeconds(1)));
        assertThat(ofContract(holder.ownerId(), CONTRACT)).containsExactly(newer, older);
        assertThat(ofContract(holder.ownerId(), UUID.randomUUID())).isEmpty();
        assertThat(ofContract("another", CONTRACT)).isEmpty();
        assertThat(await(store.contractWork().tasks(holder.ownerId(), CONTRACT, null, 1000)))
                .containsExactly(older, newer);
        assertThat(await(store.contractWork().tasks("another", CONTRACT, null, 1000)))
                .isEmpty();
    }

    private List<Task> ofContract(String ownerId, UUID contract) {
        return await(store.tasks()
                .list(ownerId, new TaskFilter(null, null, null, null, contract.toString(), null, null, null, 10)));
    }

    private List<Task> list(@Nullable String text, TaskTable.@Nullable Position before) {
        return await(store.tasks()
                .list(holder.ownerId(), new TaskFilter(null, null, text, null, null, null, null, before, 10)));
    }

    /** A task that says something in each column that one who makes it can say. */
    private Task task(Instant at) {
        Task.Spec spec = new Task.Spec(
                "https://example.org/a.git",
                "main",
                "feature",
                "/home/a/work",
                "pr",
                null,
                CONTRACT.toString(),
                null,
                List.of(".env", "b.txt"),
                0,
                3,
                "claude",
                "opus",
                60L,
                5_000_000L,
                true,
                true,
                true,
                true,
                2L);
        TaskId id = await(store.tasks()
                .add(new TaskTable.NewTask(holder.ownerId(), holder.accountId(), "a task", PLAN, spec, true), at));
        return await(store.tasks().get(holder.ownerId(), id)).orElseThrow();
    }

    /** The same as a list has it. */
    private static Task listed(Task task) {
        return new Task(
                task.id(),
                task.ownerId(),
                task.name(),
                null,
                task.status(),
                task.startRequested(),
                task.queued(),
                task.stopRequested(),
                task.resumeSession(),
                task.spec(),
                task.daemonId(),
                task.fence(),
                task.retries(),
                task.progressSummary(),
                task.errorMessage(),
                task.result(),
                task.usage(),
                task.lastSeq(),
                task.version(),
                task.createdAt(),
                task.updatedAt(),
                task.startedAt(),
                task.completedAt());
    }
}
