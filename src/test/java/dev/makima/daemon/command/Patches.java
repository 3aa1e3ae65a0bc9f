package dev.makima.daemon.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/** Patches as they travel: base64 of gzip. */
final class Patches {
    private Patches() {}

    /** A patch with this text. */
    static String of(String diff) {
        return Base64.getEncoder().encodeToString(gzip(diff.getBytes(StandardCharsets.UTF_8)));
    }

    /** A small one that is so many MiB long when it is unpacked. */
    static String bomb(int mebibytes) {
        // Made once and repeated: members of a gzip file may follow each other.
        byte[] member = gzip(new byte[8 << 20]);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < mebibytes / 8; i++) {
            bytes.writeBytes(member);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
