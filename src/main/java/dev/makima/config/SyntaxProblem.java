package dev.makima.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Says where a file is not what its ending promises. Parsers like to repeat the line in question, and that line may
 * hold a key: only the place is taken from them, and a reason where it is one of some fixed sentences.
 */
final class SyntaxProblem {
    private static final String DUPLICATE = "Duplicate key";
    private static final List<String> HARMLESS = List.of(
            DUPLICATE,
            "Duplicate field",
            "Premature end of file",
            "Table redefined",
            "Trailing comma not permitted for inline tables",
            "Unexpected end-of-input",
            "Unrecognized token",
            "could not find expected ':'",
            "found duplicate key",
            "mapping values are not allowed here",
            "while scanning a quoted scalar");

    private SyntaxProblem() {}

    static Problem of(Path file, String format, Throwable failure) {
        String place = at(failure);
        String what = "the configuration file " + file + " is not valid " + format.toUpperCase(Locale.ROOT) + place;
        return Problem.ofFile(what, "correct that place; everything in the file was passed over");
    }

    /** The place, to follow what is wrong: " at line 3, column 7"; empty where the parser does not say. */
    static String at(Throwable failure) {
        return find(failure).orElse("");
    }

    private static Optional<String> find(Throwable failure) {
        return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(20)
                .flatMap(cause -> place(cause).stream())
                .findFirst();
    }

    private static Optional<String> place(Throwable failure) {
        return switch (failure) {
            case JsonProcessingException json
            when json.getLocation() != null -> {
                JsonLocation at = json.getLocation();
                String reason = json.getOriginalMessage();
                // The TOML parser sees a key for the second time when it has read the end of the line already.
                boolean late = reason.startsWith(DUPLICATE) && at.getColumnNr() == 1 && at.getLineNr() > 1;
                yield Optional.of(words(late ? at.getLineNr() - 1 : at.getLineNr(), at.getColumnNr(), reason));
            }
            case MarkedYAMLException yaml
            when yaml.getProblemMark() != null ->
                Optional.of(words(
                        yaml.getProblemMark().getLine() + 1,
                        yaml.getProblemMark().getColumn() + 1,
                        yaml.getProblem()));
            default -> Optional.empty();
        };
    }

    private static String words(int line, int column, String reason) {
        String harmless = HARMLESS.stream()
                .filter(known -> reason != null && reason.startsWith(known))
                .findFirst()
                .map(known -> " (" + known.toLowerCase(Locale.ROOT) + ")")
                .orElse("");
        return " at line " + line + ", column " + column + harmless;
    }
}
