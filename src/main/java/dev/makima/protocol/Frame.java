package dev.makima.protocol;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * One text frame between a daemon and its server.
 *
 * <p>A frame is a record whose components are the fields of the JSON object, in the order of the protocol's table. A
 * component marked {@code @Nullable} may be absent, one marked {@link Defaulted} is 0 or false where it is absent, any
 * other is required. Immutable.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface Frame permits DaemonFrame, ServerFrame {}
