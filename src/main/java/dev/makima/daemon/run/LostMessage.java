package dev.makima.daemon.run;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The message that a daemon noted and did not live to hand over, or only in part. There is one at most, since each is
 * handed over before the next is noted. Without its plan an agent would wait for ever.
 */
final class LostMessage {
    private final StoreClient store;
    private final Path launch;

    /** Of the launch with this directory, which need not exist. */
    LostMessage(StoreClient store, Path launch) {
        this.store = store;
        this.launch = launch;
    }

    /** The line that the launch was to get; blocks for the store and the file. */
    Optional<String> find(RunId runId) throws InterruptedException {
        return store.await(new StoreRequest.LastMessage(runId)).filter(line -> !wasSent(line));
    }

    /** Whether the launch was to get it before anything else: no whole line has gone there. */
    boolean isTheFirst() {
        Path inbox = launch.resolve("in");
        try (InputStream in = new BufferedInputStream(Files.newInputStream(inbox))) {
            int c = in.read();
            while (c >= 0 && c != '\n') {
                c = in.read();
            }
            return c < 0;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            throw unreadable(inbox, e);
        }
    }

    private boolean wasSent(String line) {
        Path inbox = launch.resolve("in");
        // As bytes: the last line may be torn in the middle of a character.
        String wanted = new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        try (Stream<String> lines = Files.lines(inbox, StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(wanted::equals) && endsWhole(inbox);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw unreadable(inbox, e);
        }
    }

    private static MakimaException unreadable(Path inbox, IOException e) {
        return new MakimaException(ErrorCode.IO, "cannot read " + inbox, "Check the disk it lies on", e);
    }

    /** Only the line break is missing: that is torn as well. */
    private static boolean endsWhole(Path inbox) throws IOException {
        try (var file = Files.newByteChannel(inbox)) {
            file.position(file.size() - 1);
            ByteBuffer last = ByteBuffer.allocate(1);
            return file.read(last) == 1 && last.get(0) == '\n';
        }
    }
}
