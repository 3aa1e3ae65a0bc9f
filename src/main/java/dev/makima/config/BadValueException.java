package dev.makima.config;

/** A value is not what its key needs. The message says what was found and, unless that is obvious, why it is wrong. */
final class BadValueException extends RuntimeException {
    BadValueException(String found) {
        super(found, null, false, false);
    }

    /** What was found. */
    String found() {
        return String.valueOf(getMessage());
    }
}
