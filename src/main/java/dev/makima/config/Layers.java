package dev.makima.config;

import dev.makima.base.Text;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sorts what a source says by the keys it is about, and notes what it says about none. For one thread.
 *
 * @param table the keys looked for
 * @param other the keys of the other program, which may share a file with this one
 */
record Layers(KeyTable table, KeyTable other, Notes notes) {

    /** What the flags say. */
    Map<Key<?>, Given> flags(Flags flags) {
        Map<Key<?>, Given> out = new HashMap<>();
        new TreeMap<>(flags.values()).forEach((path, text) -> {
            Optional<Key<?>> key = table.find(path);
            if (key.isPresent()) {
                String name = key.get().flag().orElse(path);
                out.put(key.get(), Given.text(text, new Source.Flag(name)));
            } else if (other.find(path).isEmpty()) {
                notes.warning("The flag for " + path + " is not known" + meant(path));
            }
        });
        return out;
    }

    /** What the variables say: of several names of one key, the short forms win, the first one first. */
    Map<Key<?>, Given> variables(Environment environment) {
        Map<Key<?>, Given> out = new HashMap<>();
        for (String name : regularNames(environment)) {
            Optional<Key<?>> key = table.findVariable(name);
            if (key.isPresent()) {
                addVariable(out, key.get(), name, environment.variable(name).orElseThrow());
            } else {
                warnOfVariable(name);
            }
        }
        for (Key<?> key : table.keys()) {
            for (String name : key.shortForms().reversed()) {
                environment.variable(name).ifPresent(text -> out.put(key, Given.text(text, new Source.Variable(name))));
            }
        }
        return out;
    }

    private List<String> regularNames(Environment environment) {
        return environment.variables().keySet().stream()
                .filter(name -> name.startsWith(table.prefix()))
                .filter(name -> !isLongerPrefix(name))
                .filter(name -> environment.variable(name).isPresent())
                .sorted()
                .toList();
    }

    /** The server's MAKIMA_ is the beginning of the daemon's MAKIMA_DAEMON_ too. */
    private boolean isLongerPrefix(String name) {
        return other.prefix().length() > table.prefix().length() && name.startsWith(other.prefix());
    }

    private void addVariable(Map<Key<?>, Given> out, Key<?> key, String name, String text) {
        Given before = out.put(key, Given.text(text, new Source.Variable(name)));
        if (before != null && !before.value().equals(text)) {
            notes.problem(new Problem(
                    key.path(),
                    key.path() + " is set to different values by "
                            + before.source().words() + " and variable " + name,
                    List.of("unset one of them")));
        }
    }

    /**
     * Everything below MAKIMA_DAEMON_ is the daemon's. Below MAKIMA_ there are variables with other uses (of agents, of
     * the launcher), so of those only the ones that begin like a section of the server are.
     */
    private void warnOfVariable(String name) {
        boolean shortForm =
                table.keys().stream().anyMatch(key -> key.shortForms().contains(name));
        boolean ours = table.prefix().length() > other.prefix().length() || beginsLikeASection(name);
        if (!shortForm && ours) {
            List<String> known = table.keys().stream().map(table::variable).toList();
            notes.warning(
                    "The variable " + name + " is not known; the nearest known one is " + Names.nearest(name, known));
        }
    }

    private boolean beginsLikeASection(String name) {
        return table.keys().stream()
                .filter(key -> !key.section().isEmpty())
                .map(table::variable)
                .map(variable -> variable.substring(
                        0, variable.indexOf('_', table.prefix().length()) + 1))
                .anyMatch(name::startsWith);
    }

    /** What a file's or deployment's tree says. */
    Map<Key<?>, Given> tree(Map<String, @Nullable Object> tree, Source source) {
        Map<Key<?>, Given> out = new LinkedHashMap<>();
        walk("", tree, source, out, new HashMap<>());
        return out;
    }

    private void walk(
            String section, Map<?, ?> tree, Source source, Map<Key<?>, Given> out, Map<Key<?>, String> spellings) {
        for (Map.Entry<?, ?> entry : tree.entrySet()) {
            String path = section.isEmpty() ? String.valueOf(entry.getKey()) : section + "." + entry.getKey();
            Object value = entry.getValue();
            Optional<Key<?>> key = table.find(path);
            if (value == null && (key.isPresent() || table.isSection(path))) {
                continue;
            }
            if (key.isPresent()) {
                addFromTree(key.get(), path, Given.inTree(value, source), out, spellings);
            } else if (table.isSection(path) && value instanceof Map<?, ?> inner) {
                walk(path, inner, source, out, spellings);
            } else if (table.isSection(path)) {
                notes.problem(new Problem(
                        path,
                        path + " in " + source.words() + ": needs a section; found " + Found.describe(value, true),
                        List.of("in TOML a section begins with a line [" + Text.abbreviate(path, 60) + "]")));
            } else if (!other.isSection(path) && other.find(path).isEmpty() && !isOthers(section)) {
                notes.warning("Unknown key " + Text.abbreviate(path, 80) + " in " + source.words() + meant(path));
            }
        }
    }

    private boolean isOthers(String section) {
        return !section.isEmpty() && other.isSection(section) && !table.isSection(section);
    }

    private void addFromTree(
            Key<?> key, String path, Given given, Map<Key<?>, Given> out, Map<Key<?>, String> spellings) {
        String before = spellings.put(key, path);
        if (before != null) {
            notes.problem(new Problem(
                    key.path(),
                    key.path() + " is given twice in " + given.source().words() + ": as " + before + " and as " + path,
                    List.of("remove one of them")));
        }
        out.put(key, given);
    }

    private String meant(String path) {
        return "; the nearest known one is " + Names.nearest(path, table.paths());
    }
}
