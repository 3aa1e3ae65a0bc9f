package dev.makima.config;

import static dev.makima.config.ScalarType.Kind.TEXT;
import static dev.makima.config.ScalarType.Kind.TRUTH;
import static dev.makima.config.ScalarType.Kind.WHOLE_NUMBER;

import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import dev.makima.base.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** The types of the keys. */
final class Types {
    /** A hundred years in seconds: beyond that, sums of times overflow somewhere. */
    private static final long LONGEST_SECONDS = 3_155_760_000L;

    private Types() {}

    static ValueType<Integer> integer(int min, int max) {
        return number(min, max, "a whole number", value -> Math.toIntExact(value), value -> value);
    }

    static ValueType<Integer> integer(int min) {
        return integer(min, Integer.MAX_VALUE);
    }

    static ValueType<Long> bytes(long min, long max) {
        return number(min, max, "a whole number of bytes", value -> value, value -> value);
    }

    /** A time in whole units; a minimum of 0 means that 0 turns something off. */
    static ValueType<Duration> time(ChronoUnit unit, long min) {
        long max = LONGEST_SECONDS / unit.getDuration().toSeconds();
        String expected = "a whole number of " + unit.toString().toLowerCase(Locale.ROOT);
        return number(
                min, max, expected, value -> Duration.of(value, unit), value -> value.dividedBy(unit.getDuration()));
    }

    private static <T> ValueType<T> number(
            long min, long max, String expected, LongFunction<T> make, Function<T, Object> display) {
        boolean open = max == Integer.MAX_VALUE || max == Long.MAX_VALUE || max > 1_000_000_000L;
        String range = open ? ", at least " + min : " from " + min + " to " + max;
        return new ScalarType<>(
                WHOLE_NUMBER,
                expected + range,
                String.valueOf(Math.max(min, 1)),
                false,
                (text, paths) -> make.apply(inRange(text, min, max)),
                display);
    }

    private static long inRange(String text, long min, long max) {
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
            throw new BadValueException("the number " + value);
        } catch (NumberFormatException e) {
            throw new BadValueException(Found.describe(text, false));
        }
    }

    static ValueType<Boolean> truth() {
        return new ScalarType<>(
                TRUTH,
                "true or false",
                "true",
                false,
                (text, paths) -> switch (text) {
                    case "true", "1", "yes", "on" -> true;
                    case "false", "0", "no", "off" -> false;
                    default -> throw new BadValueException(Found.describe(text, false));
                },
                value -> value);
    }

    static ValueType<String> text() {
        return new ScalarType<>(TEXT, "a text", "\"…\"", false, (text, paths) -> filled(text), value -> value);
    }

    /** An argument of a program: any text, also an empty one. */
    static ValueType<String> argument() {
        return new ScalarType<>(TEXT, "a text", "\"--flag\"", false, (text, paths) -> noNul(text), value -> value);
    }

    static ValueType<Path> path() {
        return new ScalarType<>(
                TEXT, "a path", "\"~/directory\"", false, (text, paths) -> paths.resolve(text), Path::toString);
    }

    static ValueType<String> command() {
        return new ScalarType<>(
                TEXT,
                "the name or path of an executable",
                "\"/path/to/it\"",
                false,
                (text, paths) -> paths.command(noNul(filled(text))),
                value -> value);
    }

    static ValueType<Secret> secret() {
        return new ScalarType<>(
                TEXT, "a key", "\"mk_…\"", true, (text, paths) -> new Secret(key(text)), Secret::toString);
    }

    static ValueType<Secret> password() {
        return new ScalarType<>(
                TEXT, "a password", "\"…\"", true, (text, paths) -> new Secret(noNul(filled(text))), Secret::toString);
    }

    static ValueType<String> branchPrefix() {
        return new ScalarType<>(
                TEXT,
                "the beginning of a branch name",
                "\"makima/task-\"",
                false,
                (text, paths) -> {
                    try {
                        return new RefName(text + "x").value().substring(0, text.length());
                    } catch (MakimaException e) {
                        throw new BadValueException(Found.describe(text, false));
                    }
                },
                value -> value);
    }

    static <E extends Enum<E>> ValueType<E> choice(Class<E> choices) {
        E[] all = choices.getEnumConstants();
        String words = Arrays.stream(all).map(Types::word).collect(Collectors.joining(", "));
        return new ScalarType<>(
                TEXT,
                "one of " + words,
                "\"" + word(all[0]) + "\"",
                false,
                (text, paths) -> Arrays.stream(all)
                        .filter(choice -> word(choice).equalsIgnoreCase(text.strip()))
                        .findFirst()
                        .orElseThrow(() -> new BadValueException(Found.describe(text, false))),
                Types::word);
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    private static String filled(String text) {
        if (text.isBlank()) {
            throw new BadValueException("an empty text");
        }
        return text;
    }

    private static String noNul(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new BadValueException("a text with a NUL character");
        }
        return text;
    }

    /** A key goes into a header: one word of printable ASCII. White space around it comes from copying. */
    private static String key(String text) {
        String key = filled(text).strip();
        if (!key.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw new BadValueException("a text with spaces or other characters that no key has");
        }
        return key;
    }
}
