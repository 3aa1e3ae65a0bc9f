package dev.makima.testkit;

import java.util.Map;

/** What goes wrong with one answer of the scripted model. */
public sealed interface Fault {
    /** Where in an answer a fault strikes. */
    enum Where {
        /** Before the response's head. */
        CONNECT,
        /** After the first event of the stream. */
        START,
        /** In the middle of the text. */
        MIDDLE
    }

    /** An error instead of an answer, with the API's own error body and further response headers. */
    record HttpError(int status, String type, String message, Map<String, String> headers) implements Fault {}

    /** Nothing more is sent, and the connection stays open. */
    record Hang(Where where) implements Fault {}

    /** The connection is cut. */
    record Drop(Where where) implements Fault {}

    /** An error event in the middle of a stream that began well. */
    record StreamError(String type, String message) implements Fault {}
}
