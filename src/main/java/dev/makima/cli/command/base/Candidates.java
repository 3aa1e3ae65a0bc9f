package dev.makima.cli.command.base;

import java.util.Iterator;
import java.util.List;

/**
 * What completion scripts offer as values of an option: words that are always the same. picocli makes its subclasses by their
 * constructors without parameters.
 */
public abstract class Candidates implements Iterable<String> {
    private final List<String> words;

    /** Those words, in the order in which they are offered. */
    protected Candidates(String... words) {
        this.words = List.of(words);
    }

    @Override
    public final Iterator<String> iterator() {
        return words.iterator();
    }
}
