package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LineScannerTest {
    private final List<String> found = new ArrayList<>();
    private final LineConsumer consumer = new LineConsumer() {
        @Override
        public void line(byte[] buffer, int from, int to, long offset) {
            found.add(offset + ":" + text(buffer, from, to));
        }

        @Override
        public void oversized(byte[] buffer, int from, int to, long offset, long length) {
            found.add(offset + "!" + length + ":" + text(buffer, from, to));
        }
    };

    @Test
    void everyWayToCutTheBytesGivesTheSameLines() {
        byte[] bytes = "one\n\ntwo ü\r\n\r\r\nfour is too long\nfive5\r\nsix666\nsevens\r\n日本\nrest\r"
                .getBytes(StandardCharsets.UTF_8);
        List<String> expected = null;
        for (int size = 1; size <= bytes.length; size++) {
            found.clear();
            LineScanner scanner = new LineScanner(6, 100);
            for (int i = 0; i < bytes.length; i += size) {
                byte[] piece = Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + size));
                ByteBuffer buffer = size % 2 == 0 ? ByteBuffer.wrap(piece) : ByteBuffer.allocateDirect(piece.length);
                if (buffer.isDirect()) {
                    buffer.put(piece).flip();
                }
                scanner.accept(buffer, consumer);
                assertThat(buffer.hasRemaining()).isFalse();
            }
            assertThat(scanner.finish(consumer)).isTrue();
            assertThat(scanner.finish(consumer)).isFalse();
            if (expected == null) {
                expected = List.copyOf(found);
            }
            assertThat(found).as("in pieces of %d", size).isEqualTo(expected);
        }
        assertThat(expected)
                .containsExactly(
                        "100:one",
                        "104:",
                        "105:two ü",
                        "113:\r",
                        "116!16:four i",
                        "133:five5",
                        "140:six666",
                        "147:sevens",
                        "155:日本",
                        "162:rest\r");
    }

    @Test
    void aLineFeedIsFoundWhateverBytesAreAroundIt() {
        for (int value = 0; value < 256; value++) {
            for (int at = 0; at <= 24; at++) {
                byte[] bytes = new byte[24];
                Arrays.fill(bytes, (byte) value);
                List<Long> expected = new ArrayList<>();
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = i == at ? (byte) '\n' : bytes[i];
                    if (bytes[i] == '\n') {
                        expected.add(i + 1L);
                    }
                }
                List<Long> ends = new ArrayList<>();
                LineScanner scanner = new LineScanner(100, 0);
                for (int from = 0; from < bytes.length; from += 12) {
                    scanner.accept(ByteBuffer.wrap(bytes, from, 12), new LineConsumer() {
                        @Override
                        public void line(byte[] buffer, int begin, int end, long offset) {
                            int cut = offset + (end - begin) < 24 && bytes[(int) offset + end - begin] == '\r' ? 1 : 0;
                            ends.add(offset + (end - begin) + cut + 1);
                        }

                        @Override
                        public void oversized(byte[] buffer, int begin, int end, long offset, long length) {
                            throw new AssertionError("none is that long");
                        }
                    });
                }
                assertThat(ends).as("%d before and behind %d", value, at).isEqualTo(expected);
            }
        }
    }

    @Test
    void aPieceOfALargerArrayIsReadAtItsPlace() {
        ByteBuffer buffer = ByteBuffer.wrap("xxab\ncd\nyy".getBytes(StandardCharsets.UTF_8), 2, 6)
                .slice();
        LineScanner scanner = new LineScanner(100, 0);
        scanner.accept(buffer, consumer);
        assertThat(found).containsExactly("0:ab", "3:cd");
        assertThat(scanner.lineOffset()).isEqualTo(6);
    }

    @Test
    void afterAResetTheLineBegunIsForgotten() {
        LineScanner scanner = new LineScanner(100, 0);
        scanner.accept(ByteBuffer.wrap(new byte[] {'a', 'b'}), consumer);
        scanner.reset(50);
        scanner.accept(ByteBuffer.wrap(new byte[] {'c', '\n'}), consumer);
        assertThat(found).containsExactly("50:c");
    }

    @Test
    @Timeout(20)
    void aLineOfTwentyMegabytesTakesLinearTime() {
        byte[] piece = new byte[64 * 1024];
        Arrays.fill(piece, (byte) 'x');
        LineScanner scanner = new LineScanner(32 * 1024 * 1024, 0);
        long[] length = new long[1];
        LineConsumer count = new LineConsumer() {
            @Override
            public void line(byte[] buffer, int from, int to, long offset) {
                length[0] = (long) to - from;
            }

            @Override
            public void oversized(byte[] buffer, int from, int to, long offset, long whole) {
                length[0] = -whole;
            }
        };
        long begin = System.nanoTime();
        for (int i = 0; i < 320; i++) {
            scanner.accept(ByteBuffer.wrap(piece), count);
        }
        scanner.accept(ByteBuffer.wrap(new byte[] {'\n'}), count);
        assertThat(length[0]).isEqualTo(20L * 1024 * 1024);
        // Quadratic would be some thirty seconds; this takes a few hundredths.
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
    }

    private static String text(byte[] buffer, int from, int to) {
        return new String(buffer, from, to - from, StandardCharsets.UTF_8);
    }
}
