package dev.makima.config;

/**
 * How the value of a key is read, checked and shown. Implementations are immutable and pure.
 *
 * @param <T> what it becomes
 */
interface ValueType<T> {

    /** What has to be given, to follow "needs": "a whole number, at least 1". */
    String expected();

    /** How a value is written in a file, as an example: {@code "30"}, {@code "[\"a\", \"b\"]"}; valid TOML. */
    String example();

    /** Whether the value must not be seen: then messages never repeat what was found. */
    boolean secret();

    /**
     * Reads a flag's or a variable's text.
     *
     * @throws BadValueException where it is not what is expected
     */
    T fromText(String text, Paths paths);

    /**
     * Reads a value of a file's tree: String, Number, Boolean, List or Map.
     *
     * @throws BadValueException where it is not what is expected
     */
    T fromTree(Object value, Paths paths);

    /** The value as String, Number, Boolean, List or Map, secrets masked. */
    Object show(T value);
}
