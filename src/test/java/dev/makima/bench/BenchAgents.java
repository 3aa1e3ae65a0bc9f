package dev.makima.bench;

import dev.makima.testkit.HostileAgent;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;

/** Agents that cost as little as they can: they print what lies ready in a file. */
final class BenchAgents {
    private final Path directory;
    private final HostileAgent agents;

    BenchAgents(Path scratch) throws IOException {
        this.directory = Files.createDirectories(scratch.resolve("agents"));
        this.agents = new HostileAgent(directory);
    }

    /** Prints numbered lines so many times over. {@link #nanosSinceBegun} tells when it began. */
    Path lines(int count, int bytes, int times) throws IOException {
        Path file = directory.resolve("lines-" + count + "-" + bytes + ".txt");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Iterator<String> lines =
                            HostileAgent.expectedLines(count, bytes).iterator();
                    lines.hasNext(); ) {
                out.write(lines.next());
                out.write('\n');
            }
        }
        return agents.script("prints-" + count + "-" + bytes + "-" + times, """
                first_line
                init
                stamp='%s'
                [ -e "$stamp" ] || date +%%s%%N > "$stamp"
                n=0
                while [ $n -lt %d ]; do cat '%s'; n=$((n + 1)); done
                result 'printed'
                until_end_of_input
                """.formatted(stamp(), times, file));
    }

    /** Says that it is there at once, and ends at the end of its input. */
    Path prompt() {
        return agents.script("prompt", "init\nfirst_line\nresult 'there'\nuntil_end_of_input\n");
    }

    /** Prints what comes through the FIFO that is named in its plan, and ends with it. */
    Path relay() {
        return agents.script("relays", """
                fifo=$(head -n 1 | sed 's/.*FIFO:\\([^:]*\\):.*/\\1/')
                init
                cat "$fifo"
                result 'relayed'
                until_end_of_input
                """);
    }

    /** Nanoseconds from when the first agent of {@link #lines} began to print until now, by the machine's clock. */
    long nanosSinceBegun() throws IOException {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000
                + now.getNano()
                - Long.parseLong(Files.readString(stamp()).strip());
    }

    /** Forgets when they began: the next one is the first again. */
    void forget() throws IOException {
        Files.deleteIfExists(stamp());
    }

    private Path stamp() {
        return directory.resolve("begun");
    }
}
