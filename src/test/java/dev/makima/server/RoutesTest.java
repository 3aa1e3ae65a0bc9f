package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who may do what: every route of the server by every kind of caller, against the table in routes.txt. Where the table
 * says 400 the body is one that is refused for its form: the caller is let in, and nothing changes.
 */
class RoutesTest {
    private static final int BAD = 400;

    @TempDir
    private Path directory;

    @Test
    void everyRouteAnswersEveryKindOfCallerAsTheTableSays() throws Exception {
        Map<String, List<String>> table = table();
        List<Callers.Caller> kinds = List.of(Callers.Caller.values());
        List<String> wrong = new ArrayList<>();
        try (TestServer server =
                        new TestServer(TestDatabase.SQLITE, directory, TestServer.QUICK, Duration.ofMinutes(10));
                Callers callers = new Callers(server)) {
            assertThat(table.keySet()).containsExactlyInAnyOrderElementsOf(server.server.routes());
            table.forEach((route, expected) -> {
                List<String> found = kinds.stream()
                        .map(caller -> Integer.toString(callers.status(
                                route,
                                caller,
                                expected.get(kinds.indexOf(caller)).equals(Integer.toString(BAD)))))
                        .toList();
                if (!found.equals(expected)) {
                    wrong.add(Callers.line(route, found));
                }
                if (route.startsWith("GET ")) {
                    wrong.addAll(head(callers, route, expected));
                }
            });
        }
        assertThat(wrong).as("answered otherwise than the table says").isEmpty();
    }

    /** A HEAD is answered as the GET is; only what goes on for ever has none. By a person and by an agent. */
    private static List<String> head(Callers callers, String route, List<String> expected) {
        String path = route.split(" ", 2)[1];
        List<String> wrong = new ArrayList<>();
        if (path.endsWith("/connect")) {
            // A daemon's socket, which nobody can look at: it is taken for the daemon of that id.
            return wrong;
        }
        boolean live = path.endsWith("/events");
        for (Callers.Caller caller : List.of(Callers.Caller.OWN, Callers.Caller.SELF)) {
            String found = Integer.toString(callers.status("HEAD " + path, caller, false));
            String get = expected.get(List.of(Callers.Caller.values()).indexOf(caller));
            if (!found.equals(live && !get.equals("401") ? "405" : get)) {
                wrong.add("HEAD " + path + " by " + caller + ": " + found);
            }
        }
        return wrong;
    }

    private static Map<String, List<String>> table() throws IOException {
        Map<String, List<String>> table = new LinkedHashMap<>();
        for (String line : lines()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.strip().split("\\s+");
            assertThat(words).as(line).hasSize(2 + Callers.Caller.values().length);
            assertThat(table.put(words[0] + " " + words[1], Arrays.asList(words).subList(2, words.length)))
                    .as("twice: " + line)
                    .isNull();
        }
        return table;
    }

    private static List<String> lines() throws IOException {
        try (InputStream in = RoutesTest.class.getResourceAsStream("routes.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
