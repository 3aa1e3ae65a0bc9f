package dev.makima.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** What the real agent printed, version 2.1.329, against a scripted model; ids and paths made neutral. */
final class Samples {
    static final List<String> ALL = List.of(
            "background",
            "bad-key",
            "control",
            "failing-tool",
            "forbidden",
            "gate",
            "interrupt",
            "parallel",
            "think",
            "write-file");

    private Samples() {}

    static List<String> lines(String name) {
        try (InputStream in = Samples.class.getResourceAsStream(name + ".jsonl")) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
