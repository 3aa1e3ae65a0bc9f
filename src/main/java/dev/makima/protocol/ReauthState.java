package dev.makima.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import java.util.Locale;

/** How far a login has come. */
public enum ReauthState {
    /** Started; there is no URL yet. */
    PENDING,
    /** The URL is there, the code is awaited. */
    URL_READY,
    /** The agent is logged in. */
    COMPLETED,
    /** It did not work. */
    FAILED;

    /**
     * Reads the name on the wire.
     *
     * @throws MakimaException VALIDATION where there is none of that name
     */
    @JsonCreator
    public static ReauthState of(String wire) {
        for (ReauthState state : values()) {
            if (state.wire().equals(wire)) {
                return state;
            }
        }
        throw new MakimaException(ErrorCode.VALIDATION, "not a state of a login: " + Text.abbreviate(wire, 40));
    }

    /** The name on the wire. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
