package dev.makima.protocol;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message that is no frame of this protocol. It is logged, and answered where its task or request is known; it never
 * ends a connection. Its text holds no value of the message, so that no secret gets into a log.
 */
public final class FrameException extends MakimaException {
    private static final long serialVersionUID = 1;

    /** What is wrong with a message. */
    public enum Kind {
        /** It is no JSON object. */
        UNPARSEABLE,
        /** Its type is none that this side receives. */
        UNKNOWN_TYPE,
        /** Its type is known, but a field is missing or of the wrong kind. */
        BAD_FIELD
    }

    private final Kind kind;
    private final String type;
    private final int size;
    private final String reason;
    private final transient @Nullable TaskId taskId;
    private final transient @Nullable UUID requestId;
    private final transient @Nullable String eventId;

    FrameException(Kind kind, String reason, int size, FrameHead head) {
        super(ErrorCode.VALIDATION, "cannot read a frame of type " + head.type() + ", " + size + " bytes: " + reason);
        this.kind = kind;
        this.type = head.type();
        this.size = size;
        this.reason = reason;
        this.taskId = head.taskId();
        this.requestId = head.requestId();
        this.eventId = head.eventId();
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }

    /** The frame's type, cut to 60 characters, or "?" where it could not be read. */
    public String type() {
        return type;
    }

    /** The size of the message in bytes of UTF-8. */
    public int size() {
        return size;
    }

    /** What is wrong, in words, without any value of the message. */
    public String reason() {
        return reason;
    }

    /** The task the frame was about, where that could be read. */
    public Optional<TaskId> taskId() {
        return Optional.ofNullable(taskId);
    }

    /** The request it belongs to, where that could be read. */
    public Optional<UUID> requestId() {
        return Optional.ofNullable(requestId);
    }

    /** The event that it was, where that could be read. */
    public Optional<String> eventId() {
        return Optional.ofNullable(eventId);
    }
}
