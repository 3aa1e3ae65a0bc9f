package dev.makima.protocol;

import java.util.UUID;

/**
 * The code that a person got at the login URL.
 *
 * @param code never to be logged
 */
public record SubmitAuthCode(UUID requestId, String code) implements ServerFrame {

    /** Without {@code code}, which must not be logged. */
    @Override
    public String toString() {
        return "SubmitAuthCode[requestId=" + requestId + "]";
    }
}
