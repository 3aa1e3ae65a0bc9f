package dev.makima.server.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.makima.agent.Entry;
import dev.makima.base.StreamName;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The JSON of entries: as it is kept, shortened, or whole. Pure, thread-safe. */
public final class EntryJson {
    /** Longer texts are shortened in lists, in UTF-16 units. */
    public static final int SHORT = 4096;

    private static final JsonFactory FACTORY = new ObjectMapper().getFactory();

    private EntryJson() {}

    /** With long contents cut. */
    public static String shortened(StreamName stream, Entry entry) {
        return write(stream, entry, SHORT);
    }

    /** With everything in it. */
    public static String whole(StreamName stream, Entry entry) {
        return write(stream, entry, Integer.MAX_VALUE);
    }

    private static String write(StreamName stream, Entry entry, int max) {
        StringWriter text = new StringWriter(Math.min(entry.content().length(), max) + 160);
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("messageType", entry.messageType());
            json.writeStringField("content", LongTexts.cut(entry.content(), max));
            if (entry.toolName() != null) {
                json.writeStringField("toolName", entry.toolName());
            }
            boolean longer = entry.content().length() > max;
            longer |= writeTree(json, "toolInput", entry.toolInput(), max);
            if (entry.isError() != null) {
                json.writeBooleanField("isError", entry.isError());
            }
            if (entry.costUsd() != null) {
                json.writeNumberField("costUsd", entry.costUsd());
            }
            if (entry.durationMs() != null) {
                json.writeNumberField("durationMs", entry.durationMs());
            }
            if (entry.isPartial()) {
                json.writeBooleanField("isPartial", true);
            }
            json.writeStringField("stream", stream.wire());
            if (!entry.extra().isEmpty()) {
                longer |= writeTree(json, "extra", entry.extra(), max);
            }
            if (longer) {
                json.writeBooleanField("truncated", true);
                json.writeNumberField("fullLength", entry.content().length());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }

    /** Says whether something was cut. */
    private static boolean writeTree(JsonGenerator json, String name, @Nullable JsonNode tree, int max)
            throws IOException {
        if (tree == null) {
            return false;
        }
        // Texts within the tree are cut one by one, so that what is left has the form that readers expect.
        boolean longer = max < Integer.MAX_VALUE && LongTexts.areLong(tree, max);
        json.writeFieldName(name);
        json.writeTree(longer ? LongTexts.cut(tree, max) : tree);
        return longer;
    }
}
