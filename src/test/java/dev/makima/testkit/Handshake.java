package dev.makima.testkit;

import java.time.Duration;

/** How {@link BaseServer} meets the next connection. */
public sealed interface Handshake {
    /** As it should be. */
    record Accept() implements Handshake {}

    /** The upgrade is refused with this HTTP status and the body {@code {code, message}}. */
    record Refuse(int status, String code, String message) implements Handshake {}

    /** The upgrade request is never answered. */
    record Stall() implements Handshake {}

    /** The connection is made, and {@code authenticate} is never answered. */
    record NoAnswer() implements Handshake {}

    /** {@code authenticated} comes late. */
    record Delay(Duration delay) implements Handshake {}

    /** {@code authenticate} is answered by an error frame. */
    record ErrorFrame(String code, String message) implements Handshake {}

    /** This text is sent before {@code authenticated}, whatever it is. */
    record Prelude(String text) implements Handshake {}

    /** The TCP connection is cut instead of an answer to {@code authenticate}. */
    record Cut() implements Handshake {}
}
