package dev.makima.protocol;

import com.fasterxml.jackson.annotation.JsonTypeName;

/**
 * Something is wrong: during the handshake it has failed, later it is only logged.
 *
 * @param code see {@link WireCodes}
 */
@JsonTypeName("error")
public record ServerError(String code, String message) implements ServerFrame {}
