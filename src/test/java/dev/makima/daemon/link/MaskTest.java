package dev.makima.daemon.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskTest {
    @TempDir
    private Path temp;

    private final Secrets secrets = new Secrets();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private Path file(String content) throws IOException {
        return Files.writeString(temp.resolve("out"), content);
    }

    @Test
    void eachSecretIsMaskedAsItIsAndAsItStandsInJson() {
        secrets.add(Map.of("A", "pass\"word\\é", "B", "0123456789"));
        assertThat(secrets.masked("a pass\"word\\é b")).isEqualTo("a ************ b");
        assertThat(secrets.masked("{\"x\":\"pass\\\"word\\\\é\"}")).isEqualTo("{\"x\":\"**************\"}");
        assertThat(secrets.masked("x01234567890123456789x")).isEqualTo("x********************x");
        assertThat(secrets.masked("012345678")).isEqualTo("012345678");
    }

    @Test
    void overlappingSecretsAreMaskedAllOver() {
        secrets.add(Map.of("A", "abcdefgh", "B", "efghijkl"));
        assertThat(secrets.masked("-abcdefghijkl-")).isEqualTo("-************-");
    }

    @Test
    void aSecretIsFoundWhereverItLiesHoweverShort() {
        secrets.add(Map.of("A", "k3-7xQ9_", "B", "Zr5kW0pL1v"));
        for (int before = 0; before < 40; before++) {
            for (int after = 0; after < 12; after++) {
                assertThat(secrets.masked("-".repeat(before) + "k3-7xQ9_" + "-".repeat(after)))
                        .isEqualTo("-".repeat(before) + "********" + "-".repeat(after));
                assertThat(secrets.masked("-".repeat(before) + "Zr5kW0pL1v" + "-".repeat(after)))
                        .isEqualTo("-".repeat(before) + "**********" + "-".repeat(after));
            }
        }
    }

    @Test
    void oneOfVeryManyIsFound() {
        Random random = new Random(5);
        String last = "";
        for (int run = 0; run < 5000; run++) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            last = HexFormat.of().formatHex(key);
            secrets.add(Map.of("MAKIMA_API_KEY", last));
        }
        secrets.add(Map.of("SAME_BEGINNING", last.substring(0, 10) + "-x"));
        assertThat(secrets.masked("a" + last + "b" + last.substring(0, 10) + "-x."))
                .isEqualTo("a" + "*".repeat(64) + "b" + "*".repeat(12) + ".");
        assertThat(secrets.masked(last.substring(1))).isEqualTo(last.substring(1));
    }

    @Test
    void aShortValueIsNotMasked() {
        secrets.add(Map.of("A", "1234567", "B", ""));
        assertThat(secrets.masked("1234567")).isEqualTo("1234567");
        assertThat(secrets.margin()).isZero();
        secrets.add(Map.of("A", "12345678"));
        assertThat(secrets.masked("12345678")).isEqualTo("********");
    }

    @Test
    void itMakesNoDifferenceWhereThePiecesBeginAndEnd() throws IOException {
        secrets.add(Map.of("A", "secret-value", "B", "value-two-é"));
        String content = "x secret-value-two-é secret-valu\nsecret-value";
        Path file = file(content);
        String whole = secrets.masked(content);
        assertThat(whole).isEqualTo("x ******************* secret-valu\n************");
        byte[] all = bytes(content);
        for (int from = 0; from < all.length; from++) {
            for (int to = from + 1; to <= all.length; to++) {
                ByteBuffer piece = ByteBuffer.wrap(all, from, to - from);
                ByteBuffer masked = new Mask(secrets, file).masked(from, piece);
                byte[] got = new byte[masked.remaining()];
                masked.get(got);
                assertThat(got).as(from + " to " + to).isEqualTo(java.util.Arrays.copyOfRange(bytes(whole), from, to));
            }
        }
    }

    @Test
    void randomPiecesOfRandomContentAreMaskedAsTheWhole() throws IOException {
        secrets.add(Map.of("A", "aaaaaaaab", "B", "abababab", "C", "bbbbbbbbbbbb"));
        Random random = new Random(42);
        for (int round = 0; round < 200; round++) {
            StringBuilder content = new StringBuilder();
            for (int i = 0; i < 300; i++) {
                content.append(random.nextInt(5) == 0 ? 'b' : random.nextBoolean() ? 'a' : 'b');
            }
            Path file = file(content.toString());
            Mask mask = new Mask(secrets, file);
            StringBuilder got = new StringBuilder();
            int at = 0;
            while (at < content.length()) {
                int count = Math.min(1 + random.nextInt(40), content.length() - at);
                got.append(text(mask.masked(at, ByteBuffer.wrap(bytes(content.substring(at, at + count))))));
                at += count;
            }
            assertThat(got.toString()).isEqualTo(secrets.masked(content.toString()));
        }
    }

    @Test
    void theEndOfAGrowingFileIsHeldBackUntilItsLineEndsOrAMomentHasPassed() throws IOException {
        secrets.add(Map.of("A", "0123456789"));
        Path file = file("x".repeat(100));
        Mask mask = new Mask(secrets, file);
        assertThat(mask.demand(0, 1000)).isEqualTo(91);
        assertThat(mask.demand(0, 50)).isEqualTo(50);
        assertThat(mask.demand(95, 1000)).isLessThanOrEqualTo(0);
        dev.makima.testkit.Await.until(
                Duration.ofSeconds(5), "a moment without growth", () -> mask.demand(95, 1000) == 1000);
        Files.writeString(file, "y", StandardOpenOption.APPEND);
        assertThat(mask.demand(95, 1000)).isLessThanOrEqualTo(0);
        Files.writeString(file, "\n", StandardOpenOption.APPEND);
        assertThat(mask.demand(95, 1000)).isEqualTo(1000);
    }

    @Test
    void withoutSecretsNothingIsCopiedOrHeldBack() {
        Mask mask = new Mask(secrets, temp.resolve("there is no such file"));
        ByteBuffer piece = ByteBuffer.wrap(bytes("abc"));
        assertThat(mask.masked(0, piece)).isSameAs(piece);
        assertThat(mask.demand(0, 1000)).isEqualTo(1000);
    }
}
