package dev.makima.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All keys of one program, and what follows from them: which names are known, how variables are called, the table in
 * the documentation. Immutable.
 */
final class KeyTable {
    private final String program;
    private final String prefix;
    private final List<Key<?>> keys;
    private final Map<String, Key<?>> byPath = new HashMap<>();
    private final Map<String, Key<?>> byVariable = new HashMap<>();
    private final Set<String> sections = new HashSet<>();

    /**
     * Takes the keys as they are.
     *
     * @param program name of the configuration files: makima-daemon
     * @param prefix what its variables begin with: MAKIMA_DAEMON_
     */
    KeyTable(String program, String prefix, List<Key<?>> keys) {
        this.program = program;
        this.prefix = prefix;
        this.keys = List.copyOf(keys);
        for (Key<?> key : keys) {
            byPath.put(key.normalPath(), key);
            byVariable.put(key.normalPath().replace(".", ""), key);
            for (String section = key.section(); !section.isEmpty(); section = parent(section)) {
                sections.add(Names.normal(section));
            }
        }
    }

    private static String parent(String section) {
        int dot = section.lastIndexOf('.');
        return dot < 0 ? "" : section.substring(0, dot);
    }

    String program() {
        return program;
    }

    String prefix() {
        return prefix;
    }

    /** The keys in the order in which they are printed. */
    List<Key<?>> keys() {
        return keys;
    }

    /** The key of a path in any spelling. */
    Optional<Key<?>> find(String path) {
        return Optional.ofNullable(byPath.get(Names.normal(path)));
    }

    /** Whether the path, in any spelling, is a section. */
    boolean isSection(String path) {
        return sections.contains(Names.normal(path));
    }

    /** The key of a variable in any spelling of its regular name. */
    Optional<Key<?>> findVariable(String variable) {
        return Optional.ofNullable(byVariable.get(Names.normal(variable.substring(prefix.length()))));
    }

    /** The regular name of the key's variable: MAKIMA_DAEMON_PROCESS_MAXCONCURRENTTASKS. */
    String variable(Key<?> key) {
        return prefix + key.path().replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** The name of the key's variable that one tells people: the short form where there is one. */
    String shownVariable(Key<?> key) {
        return key.shortForms().isEmpty() ? variable(key) : key.shortForms().getFirst();
    }

    /** The paths of all keys. */
    List<String> paths() {
        return keys.stream().map(Key::path).toList();
    }

    /** The table of keys in Markdown, for the documentation. */
    String markdown() {
        List<String> rows = new ArrayList<>();
        rows.add("| key | default | flag | variable | meaning |");
        rows.add("|---|---|---|---|---|");
        for (Key<?> key : keys) {
            String variables =
                    key.shortForms().stream().map(name -> "`" + name + "`, ").collect(Collectors.joining());
            rows.add("| `%s` | %s | %s | %s`%s` | %s |"
                    .formatted(
                            key.path(),
                            defaultWords(key),
                            key.flag().map(flag -> "`" + flag + "`").orElse(""),
                            variables,
                            variable(key),
                            key.meaning()));
        }
        return String.join("\n", rows) + "\n";
    }

    private static String defaultWords(Key<?> key) {
        if (key.required()) {
            return "required";
        }
        return key.derivedFrom()
                .map(other -> "from `" + other + "`")
                .or(() -> key.defaultText().map(text -> "`" + (text.isEmpty() ? "[]" : text) + "`"))
                .orElse("—");
    }
}
