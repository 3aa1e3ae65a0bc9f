package dev.makima.protocol;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** The JSON form of the frames. Pure and thread-safe. */
public final class FrameCodec {
    /** What a line of standard error begins with where output goes as {@link TaskOutput}. */
    public static final String STDERR_PREFIX = "[stderr] ";

    private static final ObjectWriter WRITER = Wire.MAPPER.writerFor(Frame.class);
    private static final ObjectReader DAEMON_READER = Wire.MAPPER.readerFor(DaemonFrame.class);
    private static final ObjectReader SERVER_READER = Wire.MAPPER.readerFor(ServerFrame.class);

    private static final byte[] OUTPUT_HEAD = ascii("{\"type\":\"taskOutput\",\"taskId\":\"");
    private static final byte[] OUTPUT_TEXT = ascii("\",\"output\":\"");
    private static final byte[] OUTPUT_STDERR = ascii("\",\"output\":\"" + STDERR_PREFIX);
    private static final byte[] OUTPUT_PARTIAL = ascii("\",\"isPartial\":true}");
    private static final byte[] OUTPUT_WHOLE = ascii("\",\"isPartial\":false}");

    private FrameCodec() {}

    /** The frame as one JSON object, its type first. Absent fields are left out, never written as null. */
    public static String encode(Frame frame) {
        try {
            return WRITER.writeValueAsString(frame);
        } catch (JsonProcessingException e) {
            // Records of strings, numbers and lists can always be written.
            throw new MakimaException(
                    ErrorCode.INTERNAL,
                    "cannot encode a frame of type " + frame.getClass().getSimpleName(),
                    null,
                    e);
        }
    }

    /** How many bytes the text has on the wire, which is what a limit on frames counts. */
    public static int encodedSize(String text) {
        int size = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // A pair of surrogates is 4 bytes for 2 units; one alone is written as "?".
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                size += pair ? 2 : Character.isSurrogate(c) ? 0 : c < 0x800 ? 1 : 2;
                i += pair ? 1 : 0;
            }
        }
        return size;
    }

    /**
     * Reads what a daemon sent.
     *
     * @throws FrameException where it is no frame of a daemon
     */
    public static DaemonFrame decodeDaemonFrame(String text) {
        return (DaemonFrame) decode(DAEMON_READER, text);
    }

    /**
     * Reads what a server sent.
     *
     * @throws FrameException where it is no frame of a server
     */
    public static ServerFrame decodeServerFrame(String text) {
        return (ServerFrame) decode(SERVER_READER, text);
    }

    /**
     * Appends a {@link TaskOutput} frame, in UTF-8, straight from a line's bytes: the hot path of a daemon whose server
     * knows the base protocol only. What is no UTF-8 becomes U+FFFD.
     *
     * @param line holds the line from {@code from} to before {@code to}, without its line end
     * @param stderrPrefix whether the line is one of standard error, and this its first part
     */
    public static void appendTaskOutput(
            TaskId taskId, byte[] line, int from, int to, boolean stderrPrefix, boolean isPartial, ByteSink sink) {
        sink.write(OUTPUT_HEAD);
        sink.write(ascii(taskId.toString()));
        sink.write(stderrPrefix ? OUTPUT_STDERR : OUTPUT_TEXT);
        JsonText.append(line, from, to, sink);
        sink.write(isPartial ? OUTPUT_PARTIAL : OUTPUT_WHOLE);
    }

    /**
     * Where to cut a line that is too long for one frame: between characters.
     *
     * @param max the longest part in bytes, at least 4
     * @return {@code to} where the rest fits, else the end of a part that is at least {@code max - 3} long
     */
    public static int partEnd(byte[] line, int from, int to, int max) {
        if (to - from <= max) {
            return to;
        }
        int end = from + max;
        // No character has more than three continuation bytes; more of them is no text, and cut anywhere.
        for (int back = 0; back < 4; back++) {
            if (!JsonText.isContinuation(line[end - back])) {
                return end - back;
            }
        }
        return end;
    }

    private static Object decode(ObjectReader reader, String text) {
        try {
            if (!text.stripLeading().startsWith("{")) {
                throw failed(FrameException.Kind.UNPARSEABLE, "not a JSON object", text);
            }
            return reader.readValue(text);
        } catch (InvalidTypeIdException e) {
            throw e.getTypeId() == null
                    ? failed(FrameException.Kind.BAD_FIELD, "the field type is missing", text)
                    : failed(FrameException.Kind.UNKNOWN_TYPE, "the type is not known here", text);
        } catch (JsonMappingException e) {
            // Jackson wraps what the parser met inside a field.
            throw e.getCause() instanceof JsonParseException parse
                    ? failed(FrameException.Kind.UNPARSEABLE, "not JSON" + place(parse), text)
                    : failed(FrameException.Kind.BAD_FIELD, badField(e), text);
        } catch (JsonProcessingException e) {
            String what = e instanceof StreamConstraintsException ? "too deep, or a number too long" : "not JSON";
            throw failed(FrameException.Kind.UNPARSEABLE, what + place(e), text);
        }
    }

    private static FrameException failed(FrameException.Kind kind, String reason, String text) {
        return new FrameException(kind, reason, encodedSize(text), FrameHead.read(text));
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null ? "" : " at character " + e.getLocation().getCharOffset();
    }

    /** Jackson's own messages quote the value, which may be a secret. */
    private static String badField(JsonMappingException e) {
        String path = path(e.getPath());
        if (path.isEmpty()) {
            return e instanceof MismatchedInputException ? "something follows the object" : "its values do not fit";
        }
        boolean missing = e instanceof InvalidNullException
                || (e instanceof MismatchedInputException
                        && String.valueOf(e.getMessage()).startsWith("Missing "));
        if (missing) {
            return "the field " + path + " is missing";
        }
        String type = e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
                ? " (" + mismatch.getTargetType().getSimpleName() + ")"
                : "";
        return "the field " + path + " has no valid value" + type;
    }

    private static String path(List<JsonMappingException.Reference> path) {
        return path.stream()
                .map(step -> step.getFieldName() != null ? "." + step.getFieldName() : "[" + step.getIndex() + "]")
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
