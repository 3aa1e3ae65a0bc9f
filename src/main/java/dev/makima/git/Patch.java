package dev.makima.git;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.zip.GZIPInputStream;

/**
 * What changed between a commit and a later state, as git writes it, compressed.
 *
 * @param gzip the patch, gzip; never changed
 * @param baseSha the commit that it applies to, in full
 * @param filesChanged files added, changed or deleted; a rename counts as two
 * @param insertions lines added; binary files have none
 * @param deletions lines removed
 */
@SuppressWarnings("ArrayRecordComponent") // It may be megabytes; patches are never compared.
public record Patch(byte[] gzip, String baseSha, int filesChanged, int insertions, int deletions) {
    /** The compressed bytes as the protocol carries them. */
    public String base64() {
        return Base64.getEncoder().encodeToString(gzip);
    }

    /** Whether there is no change at all. */
    public boolean isEmpty() {
        return filesChanged == 0;
    }

    /** The patch itself, in full. */
    public byte[] plain() {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("a patch that was compressed here cannot be read", e);
        }
    }

    @Override
    public String toString() {
        return "Patch[" + gzip.length + " bytes, from " + baseSha + ", "
                + new DiffStat(filesChanged, insertions, deletions) + "]";
    }
}
