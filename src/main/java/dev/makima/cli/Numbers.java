package dev.makima.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** How numbers are read from arguments: what is none is said in words of people, not in those of the language. */
final class Numbers {
    private Numbers() {}

    /** Has a command and those below it read numbers in this way. */
    static void readBy(CommandLine line) {
        whole(line, int.class, Integer::valueOf);
        whole(line, Integer.class, Integer::valueOf);
        whole(line, long.class, Long::valueOf);
        whole(line, Long.class, Long::valueOf);
        line.registerConverter(BigDecimal.class, text -> read(text, BigDecimal::new, "is not a number such as 2.50"));
    }

    private static <T> void whole(CommandLine line, Class<T> type, Function<String, T> reader) {
        line.registerConverter(type, text -> {
            BigInteger exact = read(text, BigInteger::new, "is not a whole number");
            return read(exact.toString(), reader, exact.signum() < 0 ? "is too small" : "is too large");
        });
    }

    private static <T> T read(String text, Function<String, T> reader, String what) {
        try {
            return reader.apply(text.strip());
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' " + what);
        }
    }
}
