package dev.makima.process;

/** Takes the lines that a {@link LineScanner} finds. The arrays are valid only during the calls. */
public interface LineConsumer {
    /**
     * A whole line, without its line break.
     *
     * @param from the index of its first byte
     * @param to the index behind its last byte
     * @param offset where in the stream its first byte is
     */
    void line(byte[] buffer, int from, int to, long offset);

    /**
     * A line longer than the scanner's limit: its first bytes, as many as the limit allows.
     *
     * @param length how many bytes the line has really, without its line break
     */
    void oversized(byte[] buffer, int from, int to, long offset, long length);
}
