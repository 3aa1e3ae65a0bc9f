package dev.makima.server.output;

import dev.makima.agent.Entry;
import dev.makima.agent.EntryParser;
import dev.makima.base.StreamName;
import dev.makima.server.store.EntryTable.NewEntry;
import dev.makima.server.store.EntryTable.Usage;
import dev.makima.server.store.OutputTable.Chunk;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts one stream into lines and makes entries of them, in time linear in its bytes: a line that goes over chunks is
 * gathered once. Not thread-safe.
 */
final class EntryScanner {
    /** What has no line feed for so long is cut here, so that no stream can fill the memory. */
    static final int LINE_MAX = 64 << 20;

    private final StreamName stream;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private List<NewEntry> entries = new ArrayList<>();
    private List<Usage> usages = new ArrayList<>();
    /** Where the line that is not over yet begins: everything before it has become entries. */
    private long lineStart;

    private long readTo;

    EntryScanner(StreamName stream, long from) {
        this.stream = stream;
        this.lineStart = from;
        this.readTo = from;
    }

    /** Up to where the bytes were seen. */
    long readTo() {
        return readTo;
    }

    /** Up to where the bytes have become entries. */
    long parsedTo() {
        return lineStart;
    }

    /** How many entries wait to be taken. */
    int size() {
        return entries.size();
    }

    /** Looks at the bytes that follow those seen before. */
    void scan(Chunk chunk) {
        byte[] array = chunk.bytes().array();
        int from = chunk.bytes().arrayOffset() + chunk.bytes().position();
        int end = from + chunk.bytes().remaining();
        int start = from;
        for (int i = from; i < end; i++) {
            if (array[i] == '\n') {
                line(array, start, i);
                start = i + 1;
                lineStart = readTo + (start - from);
            }
        }
        begun.write(array, start, end - start);
        readTo += end - from;
        if (begun.size() >= LINE_MAX) {
            finish();
        }
    }

    /** Takes the rest for a line: nothing more comes. */
    void finish() {
        if (begun.size() > 0) {
            line(new byte[0], 0, 0);
        }
        lineStart = readTo;
    }

    /** The entries since the last call. */
    List<NewEntry> takeEntries() {
        List<NewEntry> taken = entries;
        entries = new ArrayList<>();
        return taken;
    }

    /** What results said of their cost since the last call. */
    List<Usage> takeUsages() {
        List<Usage> taken = usages;
        usages = new ArrayList<>();
        return taken;
    }

    private void line(byte[] array, int start, int end) {
        byte[] line = array;
        int from = start;
        int to = end;
        if (begun.size() > 0) {
            begun.write(array, start, end - start);
            line = begun.toByteArray();
            from = 0;
            to = line.length;
            begun.reset();
        }
        int block = 0;
        for (Entry entry : EntryParser.parse(stream, line, from, to)) {
            entries.add(new NewEntry(lineStart, lineStart + (to - from), block, EntryJson.shortened(stream, entry)));
            block++;
            if (entry.messageType().equals("result")) {
                usages.add(Usages.of(entry));
            }
        }
    }
}
