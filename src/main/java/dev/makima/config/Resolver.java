package dev.makima.config;

import dev.makima.config.Values.Resolved;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes for every key what the highest source says about it, and reads that. What a higher source overrides is not
 * looked at: a flag can mend what a file has wrong. For one thread.
 *
 * @param layers what the sources say, highest first
 * @param file the file to name where somebody is told how to set a key
 * @param complete whether every source could be read; if not, missing keys may be in the one that could not
 */
record Resolver(
        KeyTable table, List<Map<Key<?>, Given>> layers, Paths paths, Path file, boolean complete, Notes notes) {
    private static final String HOME = "~/.makima";

    /** The values of all keys; what is wrong with them is noted. */
    Values resolve() {
        Key<?> homeKey = DaemonKeys.HOME;
        Resolved home = resolve(homeKey, HOME);
        String homeText = home.value() == null ? HOME : home.value().toString();
        Map<Key<?>, Resolved> out = new LinkedHashMap<>();
        for (Key<?> key : table.keys()) {
            out.put(key, key.equals(homeKey) ? home : resolve(key, homeText));
        }
        return new Values(out);
    }

    private Resolved resolve(Key<?> key, String home) {
        Optional<Given> given = layers.stream()
                .filter(layer -> layer.containsKey(key))
                .findFirst()
                .map(layer -> layer.get(key));
        if (given.isPresent()) {
            return read(key, given.get());
        }
        if (key.required() && complete) {
            notes.problem(new Problem(key.path(), key.path() + " is not set", cures(key)));
        }
        @Nullable
        Object value = key.defaultText()
                .<Object>map(text -> key.type().fromText(text.replace(HOME, home), paths))
                .orElse(null);
        return new Resolved(value, new Source.Default(), true);
    }

    private Resolved read(Key<?> key, Given given) {
        try {
            return new Resolved(given.read(key.type(), paths), given.source(), true);
        } catch (BadValueException e) {
            String what = "%s in %s: needs %s; found %s"
                    .formatted(key.path(), given.source().words(), key.type().expected(), e.found());
            notes.problem(new Problem(key.path(), what, cures(key), given.source() instanceof Source.Flag));
            return new Resolved(null, given.source(), false);
        }
    }

    /** How to set the key, by each way there is. */
    private List<String> cures(Key<?> key) {
        String line = key.name() + " = " + key.type().example();
        String place = key.section().isEmpty() ? " before the first section" : " under [" + key.section() + "]";
        String inFile = "by file:      " + line + place + " in " + file;
        String byVariable = "by variable:  " + table.shownVariable(key)
                + (key.shortForms().isEmpty() ? "" : " or " + table.variable(key));
        return key.flag()
                .map(flag -> List.of("by flag:      " + flag, byVariable, inFile))
                .orElse(List.of(byVariable, inFile));
    }
}
