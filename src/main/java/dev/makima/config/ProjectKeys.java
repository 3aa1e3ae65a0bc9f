package dev.makima.config;

import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import dev.makima.base.Text;
import java.nio.file.FileSystems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The values of a project file by their keys, each checked when it is asked for; what nobody asked for is no key. Used
 * by one thread, once.
 */
final class ProjectKeys {
    private static final int ITEMS_MAX = 200;
    private static final int ARGUMENT_MAX = 100_000;

    private final Map<String, Object> values = new LinkedHashMap<>();
    private final TreeSet<String> known = new TreeSet<>();
    private final Function<String, MakimaException> bad;

    /**
     * The values of that file.
     *
     * @param bad tells what is wrong with it
     */
    ProjectKeys(Map<String, @Nullable Object> tree, Function<String, MakimaException> bad) {
        this.bad = bad;
        flatten("", tree);
    }

    private void flatten(String prefix, Map<?, ?> tree) {
        tree.forEach((name, value) -> {
            String path = prefix + name;
            if (value instanceof Map<?, ?> section) {
                flatten(path + ".", section);
            } else if (value != null) {
                values.put(path, value);
            }
        });
    }

    /** The lists of arguments, the program first. */
    List<List<String>> commands(String key) {
        return list(key, "a list of commands, each a list of texts such as [\"npm\", \"ci\"]", this::command);
    }

    private List<String> command(Object value) {
        if (value instanceof String) {
            throw new BadValueException(Found.describe(value, false) + ", and no shell is there to take it apart");
        }
        if (!(value instanceof List<?> arguments)) {
            throw new BadValueException(Found.describe(value, false));
        }
        if (arguments.size() > ITEMS_MAX) {
            throw new BadValueException("a command of " + arguments.size() + " arguments");
        }
        List<String> command = new ArrayList<>();
        for (Object argument : arguments) {
            String text = text(argument);
            if (text.length() > ARGUMENT_MAX) {
                throw new BadValueException("an argument of " + text.length() + " characters");
            }
            command.add(text);
        }
        if (command.isEmpty() || command.getFirst().isBlank()) {
            throw new BadValueException("a command without a program");
        }
        return command;
    }

    /** Glob patterns of paths inside of the checkout. */
    List<String> patterns(String key) {
        return list(key, "a list of paths or patterns inside of the repository, without \"..\"", value -> {
            String pattern = withoutSlash(text(value));
            inside(pattern);
            try {
                // Part by part, as it is used.
                for (String part : pattern.split("/")) {
                    FileSystems.getDefault().getPathMatcher("glob:" + part);
                }
            } catch (PatternSyntaxException e) {
                throw new BadValueException(Found.describe(value, false) + ", which is no pattern");
            }
            return pattern;
        });
    }

    /** Directories inside of the repository. */
    List<RelativePath> directories(String key) {
        return list(key, "a list of directories inside of the repository, without \"..\"", value -> {
            RelativePath path = inside(withoutSlash(text(value)));
            if (path.value().chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
                throw new BadValueException("a name with control characters");
            }
            return path;
        });
    }

    private static RelativePath inside(String text) {
        try {
            RelativePath path = new RelativePath(text);
            for (String part : text.split("/")) {
                if (part.isEmpty() || part.equals(".") || part.equalsIgnoreCase(".git")) {
                    throw new BadValueException(Found.describe(text, false));
                }
            }
            return path;
        } catch (MakimaException e) {
            throw new BadValueException(Found.describe(text, false));
        }
    }

    private static String withoutSlash(String text) {
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** A time in seconds, at least one. */
    Duration time(String key, Duration otherwise, Duration most) {
        long seconds = number(key, otherwise.toSeconds(), most.toSeconds());
        return Duration.ofSeconds(seconds);
    }

    /** A number, at least one, or nothing. */
    OptionalInt count(String key) {
        long number = number(key, 0, 1_000_000);
        return number == 0 ? OptionalInt.empty() : OptionalInt.of(Math.toIntExact(number));
    }

    private long number(String key, long otherwise, long most) {
        @Nullable Object value = take(key);
        if (value == null) {
            return otherwise;
        }
        if ((value instanceof Integer || value instanceof Long)
                && ((Number) value).longValue() >= 1
                && ((Number) value).longValue() <= most) {
            return ((Number) value).longValue();
        }
        throw bad.apply(key + " is " + Found.describe(value, false) + "; it needs a whole number from 1 to " + most);
    }

    private <T> List<T> list(String key, String needed, Function<Object, T> item) {
        @Nullable Object value = take(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list) || list.size() > ITEMS_MAX) {
            throw bad.apply(key + " is " + Found.describe(value, false) + "; it needs " + needed
                    + (value instanceof List<?> ? ", at most " + ITEMS_MAX : ""));
        }
        List<T> out = new ArrayList<>();
        for (Object one : list) {
            try {
                out.add(item.apply(one == null ? "" : one));
            } catch (BadValueException e) {
                throw bad.apply(
                        "item " + (out.size() + 1) + " of " + key + " is " + e.found() + "; it needs " + needed);
            }
        }
        return out;
    }

    private static String text(@Nullable Object value) {
        if (value instanceof String text && text.indexOf('\0') < 0) {
            return text;
        }
        throw new BadValueException(value == null ? "nothing" : Found.describe(value, false));
    }

    private @Nullable Object take(String key) {
        known.add(key);
        String wanted = Names.normal(key);
        String given = values.keySet().stream()
                .filter(name -> Names.normal(name).equals(wanted))
                .findFirst()
                .orElse("");
        return values.remove(given);
    }

    /** Refuses keys that nobody asked for. */
    void requireNothingElse() {
        values.keySet().stream().findFirst().ifPresent(name -> {
            throw bad.apply("the key " + Text.abbreviate(name, 60) + " is not known; the nearest known one is "
                    + Names.nearest(name, known));
        });
    }
}
