package dev.makima.daemon.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.InjectSiblingContext;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SiblingNoteTest {
    private static String text(String name, @Nullable String summary, List<String> files) {
        TaskId task = new TaskId(UUID.randomUUID());
        TaskId sibling = new TaskId(UUID.randomUUID());
        return SiblingNote.text(new InjectSiblingContext(task, sibling, name, "done", summary, files));
    }

    @Test
    void itTellsWhoDidWhatInOneParagraph() {
        assertThat(text("API", "the endpoints are there", List.of("api.yaml", "src/a b.java")))
                .contains("\"API\" is done", "the endpoints are there", "It changed api.yaml, src/a b.java.")
                .doesNotContain("\n");
        assertThat(text("API", null, List.of())).doesNotContain("says", "changed");
    }

    @Test
    void whateverTheSiblingIsCalledItStaysShort() {
        String note =
                text("a\nb".repeat(1000), "line\n".repeat(10_000), Collections.nCopies(5000, "x\ny".repeat(1000)));
        assertThat(note).doesNotContain("\n").contains("and 4980 more files");
        assertThat(note.length()).isLessThan(6000);
    }
}
