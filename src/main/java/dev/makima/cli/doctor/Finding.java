package dev.makima.cli.doctor;

/** What a check has found: one line for people. */
public sealed interface Finding {
    /** What was looked at, a word or two. */
    String subject();

    /** What was found. */
    String found();

    /** It is as it should be. */
    record Fine(String subject, String found) implements Finding {}

    /**
     * It works, and could be better.
     *
     * @param cure what to do about it
     */
    record Warning(String subject, String found, String cure) implements Finding {}

    /**
     * It does not work.
     *
     * @param cure what to do about it
     */
    record Wrong(String subject, String found, String cure) implements Finding {}
}
