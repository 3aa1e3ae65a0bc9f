package dev.makima.daemon.task;

import dev.makima.base.Text;
import dev.makima.protocol.InjectSiblingContext;

/** What an agent is told about a sibling task: one short paragraph. Pure. */
final class SiblingNote {
    private static final int FILES_NAMED = 20;

    private SiblingNote() {}

    static String text(InjectSiblingContext note) {
        StringBuilder text = new StringBuilder("For your information: the sibling task \"")
                .append(Text.abbreviate(note.siblingName(), 200))
                .append("\" is ")
                .append(Text.abbreviate(note.siblingStatus(), 40))
                .append('.');
        if (note.progressSummary() != null && !note.progressSummary().isBlank()) {
            text.append(" It says: ")
                    .append(Text.abbreviate(note.progressSummary(), 1000))
                    .append('.');
        }
        if (!note.changedFiles().isEmpty()) {
            text.append(" It changed ")
                    .append(String.join(
                            ", ",
                            note.changedFiles().stream()
                                    .limit(FILES_NAMED)
                                    .map(path -> Text.abbreviate(path, 200))
                                    .toList()));
            int more = note.changedFiles().size() - FILES_NAMED;
            text.append(more > 0 ? " and " + more + " more files." : ".");
        }
        return text.append(" You need not answer; go on with your own task.").toString();
    }
}
