package dev.makima.daemon.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Patches as they travel: base64 of gzip. */
final class Patches {
    private Patches() {}

    /** Writes what a patch is to hold. */
    interface Content {
        void to(OutputStream out) throws IOException;
    }

    /** A patch with this text. */
    static String of(String diff) {
        return base64OfGzip(out -> out.write(diff.getBytes(StandardCharsets.UTF_8)), Deflater.DEFAULT_COMPRESSION);
    }

    static String base64OfGzip(Content content, int level) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes) {
            {
                def.setLevel(level);
            }
        }) {
            content.to(gzip);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
