package dev.makima.base;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure that a person is told about: what happened, to what, and what can be done.
 *
 * <p>The message is a sentence without a full stop that names the thing it is about; the cure is a sentence that says
 * what the reader can do. Thread-safe as far as exceptions are.
 */
public class MakimaException extends RuntimeException {
    private final ErrorCode code;
    private final @Nullable String cure;

    /** A failure that nobody can do anything about but read. */
    public MakimaException(ErrorCode code, String what) {
        this(code, what, null, null);
    }

    /** A failure with its cure. */
    public MakimaException(ErrorCode code, String what, String cure) {
        this(code, what, cure, null);
    }

    /**
     * A failure with its cure and the exception behind it.
     *
     * @param what what happened and to what
     * @param cure what the reader can do, or null where there is nothing to say
     * @param cause what was caught, or null
     */
    public MakimaException(ErrorCode code, String what, @Nullable String cure, @Nullable Throwable cause) {
        super(what, cause);
        this.code = code;
        this.cure = cure;
    }

    /** What kind of failure this is. */
    public ErrorCode code() {
        return code;
    }

    /** What happened and to what: never null here. */
    public String what() {
        String message = getMessage();
        return message == null ? code.name() : message;
    }

    /** What the reader can do. */
    public Optional<String> cure() {
        return Optional.ofNullable(cure);
    }

    /** Both sentences, as one prints them. */
    public String explain() {
        // What another program said may end with a full stop, or with a colon before a list that was cut off.
        return cure == null ? what() : what().replaceFirst("[.:\\s]+$", "") + ". " + cure;
    }
}
