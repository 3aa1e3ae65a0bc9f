package dev.makima.git;

/**
 * A task's work as it was kept somewhere else.
 *
 * @param base64Gzip the patch, see {@link Patch#base64}
 * @param baseSha the commit that it was made from
 */
public record SavedPatch(String base64Gzip, String baseSha) {
    @Override
    public String toString() {
        return "SavedPatch[" + base64Gzip.length() + " characters, from " + baseSha + "]";
    }
}
