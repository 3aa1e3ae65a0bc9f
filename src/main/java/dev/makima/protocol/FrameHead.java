package dev.makima.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.base.Text;
import dev.makima.base.Uuids;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What can be told of a message that is no frame: enough to answer it. */
record FrameHead(
        String type,
        @Nullable TaskId taskId,
        @Nullable UUID requestId,
        @Nullable String eventId) {
    private static final int EVENT_ID_MAX = 100;

    /** Reads as far as the text is JSON. */
    static FrameHead read(String json) {
        String type = "?";
        @Nullable TaskId taskId = null;
        @Nullable UUID requestId = null;
        @Nullable String eventId = null;
        try (JsonParser parser = Wire.MAPPER.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return new FrameHead(type, null, null, null);
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                boolean isText = parser.nextToken() == JsonToken.VALUE_STRING;
                if (isText && name.equals("type")) {
                    String given = parser.getText();
                    // Cut first: a hostile type may have megabytes, and is looked through for blanks.
                    type = Text.abbreviate(given.substring(0, Math.min(given.length(), 200)), 60);
                } else if (isText && (name.equals("taskId") || name.equals("targetTaskId"))) {
                    taskId = valid(parser.getText(), TaskId::of);
                } else if (isText && name.equals("requestId")) {
                    requestId = valid(parser.getText(), text -> Uuids.parse("request id", text));
                } else if (isText && name.equals("eventId") && parser.getTextLength() <= EVENT_ID_MAX) {
                    eventId = parser.getText();
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            // What was read before the fault is the answer; the fault itself is reported by the caller.
            return new FrameHead(type, taskId, requestId, eventId);
        }
        return new FrameHead(type, taskId, requestId, eventId);
    }

    /** One bad field does not hide the others. */
    private static <T> @Nullable T valid(String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (MakimaException e) {
            // It is as good as absent; the caller tells that the frame cannot be read.
            return null;
        }
    }
}
