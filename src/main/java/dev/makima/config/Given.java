package dev.makima.config;

/**
 * What one source says about one key.
 *
 * @param value the text of a flag or variable, or the value in a tree
 * @param inTree whether it is a value of a tree, whose kind counts
 */
record Given(Object value, boolean inTree, Source source) {
    static Given text(String text, Source source) {
        return new Given(text, false, source);
    }

    static Given inTree(Object value, Source source) {
        return new Given(value, true, source);
    }

    <T> T read(ValueType<T> type, Paths paths) {
        return inTree ? type.fromTree(value, paths) : type.fromText(value.toString(), paths);
    }
}
