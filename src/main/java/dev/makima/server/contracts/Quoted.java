package dev.makima.server.contracts;

/** Words as a shell takes them. Pure. */
final class Quoted {
    private Quoted() {}

    /** The text as one word of a command that somebody copies into a shell. */
    static String of(String text) {
        return text.matches("[A-Za-z0-9_./:=@%+,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
