package dev.makima.chaos;

import dev.makima.agent.EntryParser;
import dev.makima.base.StreamName;
import dev.makima.server.output.EntryJson;
import dev.makima.testkit.SeededAgent;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** One task at the end: what the server says of it against what its agent did. For one thread. */
final class Comparison {
    private static final long ENTRIES_WITHIN = TimeUnit.SECONDS.toNanos(60);
    private static final long STOPPED_WITHIN = TimeUnit.SECONDS.toNanos(60);

    private final Findings findings;
    private final ChaosRun.Work work;
    private final Path spool;

    /**
     * @param spool where the daemon keeps the output of its runs
     */
    Comparison(Findings findings, ChaosRun.Work work, Path spool) {
        this.findings = findings;
        this.work = work;
        this.spool = spool.resolve(work.taskId());
    }

    /** Asks the server how much it has. */
    interface Length {
        /** That many bytes by now. */
        long read() throws IOException, InterruptedException;
    }

    /** Reads all entries again: they may come a moment after the end. */
    interface Entries {
        /** Those that there are by now. */
        List<JsonObject> read() throws IOException, InterruptedException;
    }

    void state(JsonObject task) {
        SeededAgent agent = work.agent();
        if (work.stopped()) {
            expect("interrupted".equals(task.getString("status")), "stopped, and became " + task.getString("status"));
            return;
        }
        String status = task.getString("status");
        String error = String.valueOf(task.getString("errorMessage"));
        if (work.starved()) {
            expect(List.of("done", "failed").contains(status), "starved, and became " + status + ": " + error);
            expect(!status.equals("done") || agent.exit() == 0, "exit code " + agent.exit() + " became " + status);
            return;
        }
        if (agent.exit() == 0) {
            expect(status.equals("done"), "exit code 0 became " + status + ": " + error);
        } else {
            String how = agent.exit() > 128 ? "signal " + (agent.exit() - 128) : "exit code " + agent.exit();
            expect(
                    status.equals("failed") && error.contains(how),
                    "exit code " + agent.exit() + " became " + status + ": " + error);
        }
    }

    /** A task that was stopped is interrupted at once; its agent ends, and its output arrives, some time after. */
    void awaitStop(Length stdout, Length stderr) throws IOException, InterruptedException {
        if (!work.stopped()) {
            return;
        }
        long deadline = System.nanoTime() + STOPPED_WITHIN;
        boolean over = false;
        while (!over && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(50_000_000);
            over = true;
            for (Path run : runs()) {
                over &= !Files.exists(run.resolve("launch-1")) || Files.exists(run.resolve("launch-1/exit"));
            }
            over = over
                    && stdout.read() == printed(StreamName.STDOUT).length
                    && stderr.read() == printed(StreamName.STDERR).length;
        }
        expect(over, "stopped, and its agent or its output did not come to an end");
    }

    void raw(byte[] stdout, byte[] stderr) throws IOException {
        same("stdout", printed(StreamName.STDOUT), stdout);
        same("stderr", printed(StreamName.STDERR), stderr);
    }

    /** What the agent has printed: all that there is, unless it was stopped; then what it had written to the spool. */
    private byte[] printed(StreamName stream) throws IOException {
        byte[] all = stream == StreamName.STDOUT
                ? work.agent().stdout()
                : work.agent().stderr();
        if (!work.isPart()) {
            return all;
        }
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        for (Path run : runs()) {
            part.writeBytes(Files.readAllBytes(run.resolve(stream == StreamName.STDOUT ? "out" : "err")));
        }
        expect(part.size() <= all.length, stream.wire() + " has more than the agent prints");
        return part.toByteArray();
    }

    private List<Path> runs() throws IOException {
        if (!Files.isDirectory(spool)) {
            return List.of();
        }
        try (Stream<Path> runs = Files.list(spool)) {
            return runs.filter(Files::isDirectory)
                    .sorted(Comparator.comparing(Comparison::begun))
                    .toList();
        }
    }

    void launches() {
        int launches = work.agent().launches().size();
        expect(work.isPart() ? launches <= 1 : launches == 1, launches + " launches");
    }

    /** Every entry once, in the order of its stream, numbered without a gap. */
    void entries(Entries source) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + ENTRIES_WITHIN;
        Map<StreamName, List<JsonObject>> expected = expected();
        List<JsonObject> entries = source.read();
        while (entries.size() < size(expected) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(20_000_000);
            expected = expected();
            entries = source.read();
        }
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).getLong("seq") != i + 1) {
                findings.add(name() + "entry " + (i + 1) + " has the number "
                        + entries.get(i).getLong("seq"));
                break;
            }
        }
        for (StreamName stream : StreamName.values()) {
            List<JsonObject> found = entries.stream()
                    .filter(entry -> stream.wire().equals(entry.getString("stream")))
                    .map(Comparison::body)
                    .toList();
            same(stream, expected.getOrDefault(stream, List.of()), found);
        }
    }

    private void same(StreamName stream, List<JsonObject> expected, List<JsonObject> found) {
        int same = 0;
        while (same < Math.min(expected.size(), found.size())
                && expected.get(same).equals(found.get(same))) {
            same++;
        }
        if (same < Math.max(expected.size(), found.size())) {
            findings.add(name() + stream.wire() + " has " + found.size() + " entries in place of " + expected.size()
                    + "; the first that differs is " + same + ": "
                    + (same < found.size() ? shortened(found.get(same)) : "nothing") + " in place of "
                    + (same < expected.size() ? shortened(expected.get(same)) : "nothing"));
        }
    }

    private static String shortened(JsonObject entry) {
        String text = entry.encode();
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }

    private static JsonObject body(JsonObject entry) {
        JsonObject body = entry.copy();
        body.remove("seq");
        body.remove("at");
        return body;
    }

    private static int size(Map<StreamName, List<JsonObject>> entries) {
        return entries.values().stream().mapToInt(List::size).sum();
    }

    /** By now: the daemon may have a last word. */
    private Map<StreamName, List<JsonObject>> expected() throws IOException {
        Map<StreamName, List<JsonObject>> expected = new HashMap<>();
        for (StreamName stream : StreamName.values()) {
            expected.put(stream, expected(stream));
        }
        return expected;
    }

    /** Of all the task's runs; where there were several, only the last has started an agent. */
    private List<JsonObject> expected(StreamName stream) throws IOException {
        if (stream != StreamName.DAEMON) {
            return parsed(stream, printed(stream));
        }
        List<JsonObject> entries = new ArrayList<>();
        for (Path run : runs()) {
            entries.addAll(parsed(stream, Files.readAllBytes(run.resolve("daemon"))));
        }
        return entries;
    }

    private static String begun(Path run) {
        try {
            return Files.getAttribute(run, "creationTime").toString();
        } catch (IOException unreadable) {
            return "";
        }
    }

    private static List<JsonObject> parsed(StreamName stream, byte[] bytes) {
        List<JsonObject> entries = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length ? start < i : bytes[i] == '\n') {
                EntryParser.parse(stream, bytes, start, i)
                        .forEach(entry -> entries.add(new JsonObject(EntryJson.shortened(stream, entry))));
                start = i + 1;
            }
        }
        return entries;
    }

    private void same(String stream, byte[] expected, byte[] found) {
        int differs = Arrays.mismatch(expected, found);
        if (differs >= 0) {
            findings.add(name() + stream + " has " + found.length + " bytes in place of " + expected.length
                    + "; the first that differs is " + differs);
        }
    }

    private void expect(boolean holds, String otherwise) {
        findings.expect(holds, name() + otherwise);
    }

    private String name() {
        return "task " + work.taskId() + " (" + work.agent().directory().getFileName() + "): ";
    }
}
