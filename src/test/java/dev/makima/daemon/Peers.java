package dev.makima.daemon;

import dev.makima.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Frames of a server, and a look at the processes of a run. */
final class Peers {
    private Peers() {}

    static JsonObject interrupt(String taskId, boolean graceful) {
        return command("interruptTask", taskId).put("graceful", graceful);
    }

    static JsonObject message(String taskId, String text) {
        return command("sendMessage", taskId).put("message", text);
    }

    static JsonObject command(String type, String taskId) {
        return new JsonObject().put("type", type).put("taskId", taskId);
    }

    /** Fits the word that a task has gone from one state to another. */
    static Predicate<JsonObject> becomes(String taskId, String before, String now) {
        return frame -> taskId.equals(frame.getString("taskId"))
                && before.equals(frame.getString("oldStatus"))
                && now.equals(frame.getString("newStatus"));
    }

    /** The living processes that work for a daemon's home: agents, their tools, holders and feeders. */
    static List<Long> processes(Path home) {
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Long::valueOf)
                    .filter(pid -> Await.alive(pid) && worksFor(pid, home))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** HOME is in every agent's environment, and the holder's. */
    private static boolean worksFor(long pid, Path home) {
        try {
            String environment = Files.readString(
                    Path.of("/proc", Long.toString(pid), "environ"), java.nio.charset.StandardCharsets.ISO_8859_1);
            return environment.contains("HOME=" + home + "\0") && environment.contains("MAKIMA_RUN=");
        } catch (IOException e) {
            // It ended between the two looks.
            return false;
        }
    }

    /** Waits until nothing of any run of this home lives any more. */
    static void awaitNothingLeft(Path home) {
        Await.until(
                Duration.ofSeconds(30),
                "all processes of " + home,
                () -> processes(home).isEmpty());
    }
}
