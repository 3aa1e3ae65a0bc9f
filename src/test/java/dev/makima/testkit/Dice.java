package dev.makima.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;

/**
 * Randomness that comes again with its seed. Each part of a test has dice of its own, so that what one part draws does
 * not depend on how its thread and another's take turns. For one thread at a time.
 */
public final class Dice {
    private final Random random;

    private Dice(long seed) {
        this.random = new Random(seed);
    }

    /** The dice of a seed for one purpose. */
    public static Dice of(long seed, String purpose) {
        CRC32 sum = new CRC32();
        sum.update(purpose.getBytes(StandardCharsets.UTF_8));
        return new Dice(seed * 0x9E3779B97F4A7C15L ^ sum.getValue());
    }

    /** A whole number between the two, both included. */
    public int between(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    /** As {@link #between}, with small numbers as likely as large ones: every power of two has the same chance. */
    public int sized(int low, int high) {
        double exponent = Math.log(low) + random.nextDouble() * (Math.log(high) - Math.log(low));
        return Math.clamp(Math.round(Math.exp(exponent)), low, high);
    }

    /** True in so many of a hundred cases. */
    public boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** One of them. */
    public <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** So many bytes of any value. */
    public byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
