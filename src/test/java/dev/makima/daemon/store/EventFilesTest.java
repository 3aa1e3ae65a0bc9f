package dev.makima.daemon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.protocol.CheckpointCreated;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.MergePatchToSupervisor;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The patches of events lie in files for as long as their rows are there. */
class EventFilesTest extends StoreBench {
    private static final String PATCH = "UGF0Y2g=".repeat(1000);

    private final TaskId taskId = TaskId.of(UUID.randomUUID().toString());

    private Path files() {
        return temp.resolve("outbox");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(files())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private CheckpointCreated checkpoint() {
        return new CheckpointCreated(
                taskId, true, "abc", "main", null, List.of(), 1, 2, null, "words", PATCH, "def", 1, null, null, 7L);
    }

    private OutboxRow added(DaemonFrame frame) {
        ask(new StoreRequest.AddEvents(List.of(Event.of(taskId, frame))));
        return ask(new StoreRequest.ReadOutbox(0, 100)).getLast();
    }

    @Test
    void aRowHoldsTheFrameWithoutItsPatchAndTheFileTheRest() {
        for (DaemonFrame frame :
                List.of(checkpoint(), new MergePatchToSupervisor(taskId, taskId, PATCH, "abc", null, 7L))) {
            OutboxRow row = added(frame);
            assertThat(row.event().frame()).isNotEqualTo(frame);
            assertThat(row.event().payloadFile()).isNotNull();
            close();
            open();
            assertThat(ask(new StoreRequest.ReadEvent(row.event()))).isEqualTo(frame);
        }
    }

    @Test
    void whatHasNoPatchHasNoFile() {
        DaemonFrame frame = TaskStatusChange.of(taskId, TaskState.PENDING, TaskState.INITIALIZING);
        OutboxRow row = added(frame);
        assertThat(row.event()).isEqualTo(Event.of(taskId, frame));
        assertThat(ask(new StoreRequest.ReadEvent(row.event()))).isEqualTo(frame);
        assertThat(files()).doesNotExist();
    }

    @Test
    void aFileGoesWithItsRow() throws IOException {
        OutboxRow first = added(checkpoint());
        OutboxRow second = added(checkpoint());
        ask(new StoreRequest.EventsDelivered(List.of(first.number())));
        assertThat(names()).containsExactly(second.event().payloadFile());
    }

    @Test
    void onlyFilesThatNoRowNamesAreSweptAtTheStart() throws IOException {
        OutboxRow waiting = added(checkpoint());
        OutboxRow aside = added(checkpoint());
        ask(new StoreRequest.EventSetAside(aside.number(), "refused"));
        close();
        Files.writeString(files().resolve(UUID.randomUUID() + ".payload"), "left over");
        Files.writeString(files().resolve("note"), "not ours");
        open();
        assertThat(names())
                .containsExactlyInAnyOrder(
                        waiting.event().payloadFile(), aside.event().payloadFile(), "note");
    }

    @Test
    void aFileThatIsGoneIsNamed() throws IOException {
        OutboxRow row = added(checkpoint());
        Files.delete(files().resolve(names().getFirst()));
        assertThatThrownBy(() -> ask(new StoreRequest.ReadEvent(row.event())))
                .hasRootCauseInstanceOf(java.nio.file.NoSuchFileException.class)
                .satisfies(e -> assertThat(known(e).code()).isEqualTo(ErrorCode.NOT_FOUND))
                .hasMessageContaining(row.event().payloadFile());
    }

    @Test
    void ofEventsThatWereSetAsideTheNewestStayWithTheirFiles() throws IOException {
        int refused = 25;
        for (int i = 0; i < refused; i++) {
            ask(new StoreRequest.AddEvents(List.of(Event.of(taskId, checkpoint()))));
        }
        List<OutboxRow> rows = ask(new StoreRequest.ReadOutbox(0, 100));
        rows.forEach(row -> ask(new StoreRequest.EventSetAside(row.number(), "refused")));
        assertThat(names())
                .containsExactlyInAnyOrderElementsOf(rows.subList(5, refused).stream()
                        .map(row -> Objects.requireNonNull(row.event().payloadFile()))
                        .toList());
        assertThat(ask(new StoreRequest.ReadOutbox(0, 100))).isEmpty();
    }

    @Test
    void aDiskThatTakesNoPatchLosesTheCheckpointNothingElse() throws IOException {
        Files.writeString(files(), "no directory");
        OutboxRow row = added(checkpoint());
        assertThat(row.event().payloadFile()).isNull();
        CheckpointCreated frame = (CheckpointCreated) row.event().frame();
        assertThat(frame.commitSha()).isEqualTo("abc");
        assertThat(frame.patchData()).isNull();
        assertThat(frame.message()).contains("words", "The patch is not sent");
        DaemonFrame whole = new MergePatchToSupervisor(taskId, taskId, PATCH, "abc", null, null);
        assertThatThrownBy(() -> ask(new StoreRequest.AddEvents(List.of(Event.of(taskId, whole)))))
                .satisfies(e -> assertThat(known(e).code()).isEqualTo(ErrorCode.IO));
    }

    private static MakimaException known(Throwable e) {
        return e instanceof MakimaException it ? it : known(Objects.requireNonNull(e.getCause()));
    }
}
