package dev.makima.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Finds a key, or a section, that a file has twice: of those the processors of Vert.x for JSON and YAML take the last one, and
 * what the first one says would be lost without a word. TOML's own parser refuses it. Stateless.
 */
final class DoubledKeys {
    private static final JsonFactory STRICT = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private DoubledKeys() {}

    /**
     * Looks through it.
     *
     * @throws IOException where JSON has one, or is none
     * @throws org.yaml.snakeyaml.error.YAMLException where YAML has one, or is none
     */
    static void refuse(String format, String text) throws IOException {
        switch (format) {
            case "json" -> {
                try (JsonParser parser = STRICT.createParser(text)) {
                    parser.nextToken();
                    parser.skipChildren();
                }
            }
            case "yaml" -> {
                LoaderOptions options = new LoaderOptions();
                options.setAllowDuplicateKeys(false);
                Object _ = new Yaml(new SafeConstructor(options)).load(text);
            }
            default -> {
                // TOML's own parser does it.
            }
        }
    }
}
