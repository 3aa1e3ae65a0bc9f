package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads patches that came from somewhere else, and refuses what no honest patch is. Pure functions. */
final class PatchText {
    private static final String CURE = "Make the patch again from the task's worktree";
    /** In a binary patch the size of the inflated content, which git takes at its word. */
    private static final Pattern BINARY_SIZE = Pattern.compile("(?:literal|delta) \\s*([+-]?)(\\d*)");

    /** Longer than any honest line with such a size. */
    private static final int SIZE_LINE = 64;

    private PatchText() {}

    /**
     * The bytes of base64 text; line breaks in it are fine.
     *
     * @throws MakimaException VALIDATION where it is none
     */
    static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new MakimaException(ErrorCode.VALIDATION, "the patch is not base64: " + e.getMessage(), CURE, e);
        }
    }

    /**
     * Inflates.
     *
     * @param limit how many bytes the patch may have, and the binary files in it together
     * @throws MakimaException VALIDATION where it is not gzip, cut off, damaged or larger
     */
    static byte[] inflated(byte[] gzip, int limit) {
        if (gzip.length < 2 || (gzip[0] & 0xff) != 0x1f || (gzip[1] & 0xff) != 0x8b) {
            throw new MakimaException(ErrorCode.VALIDATION, "the patch is not compressed with gzip", CURE);
        }
        try {
            // Measured before it is kept: what is too large never takes memory.
            byte[] plain = new byte[measured(gzip, limit)];
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
                in.readNBytes(plain, 0, plain.length);
            }
            checkBinarySizes(plain, limit);
            return plain;
        } catch (EOFException e) {
            throw new MakimaException(ErrorCode.VALIDATION, "the patch is cut off", CURE, e);
        } catch (ZipException e) {
            throw new MakimaException(ErrorCode.VALIDATION, "the patch is damaged: " + e.getMessage(), CURE, e);
        } catch (IOException e) {
            throw new MakimaException(ErrorCode.IO, "cannot read the patch: " + e.getMessage(), CURE, e);
        }
    }

    private static int measured(byte[] gzip, int limit) throws IOException {
        int size = 0;
        byte[] buffer = new byte[64 * 1024];
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (read > limit - size) {
                    throw tooLarge(limit);
                }
                size += read;
            }
        }
        return size;
    }

    /**
     * A line that begins so cannot be one of a text file's: those begin with a blank, +, - or a backslash. Only the
     * beginning of a line is looked at, since one may be as long as the patch.
     */
    private static void checkBinarySizes(byte[] plain, int limit) {
        long sum = 0;
        int start = 0;
        while (start < plain.length) {
            if (plain[start] == 'l' || plain[start] == 'd') {
                String line = new String(
                        plain, start, Math.min(SIZE_LINE, plain.length - start), StandardCharsets.ISO_8859_1);
                sum += binarySize(line);
                if (sum > limit) {
                    throw tooLarge(limit);
                }
            }
            while (start < plain.length && plain[start] != '\n') {
                start++;
            }
            start++;
        }
    }

    /** As git reads it: a minus makes a huge number, and what follows the digits is nothing to it. */
    private static long binarySize(String line) {
        Matcher matcher = BINARY_SIZE.matcher(line);
        if (!matcher.lookingAt()) {
            return 0;
        }
        String digits = matcher.group(2);
        boolean huge = matcher.group(1).equals("-") || digits.length() > 9;
        return huge ? Integer.MAX_VALUE : Long.parseLong("0" + digits);
    }

    /** Whether there is nothing in it: the patch between two equal states. */
    static boolean isBlank(byte[] plain) {
        for (byte b : plain) {
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    /**
     * Refuses paths that no commit may hold. Git has the same rules; these come first, and say so in plain words.
     *
     * @throws MakimaException VALIDATION for a path that leaves the worktree, or leads into git's own files
     */
    static void checkPaths(List<String> paths) {
        for (String path : paths) {
            List<String> parts = Arrays.asList(path.split("/", -1));
            if (path.startsWith("/") || parts.contains("..")) {
                throw new MakimaException(
                        ErrorCode.VALIDATION,
                        "the patch would write outside of the worktree: " + Text.abbreviate(path, 120),
                        "Do not use it: no patch of a repository looks like that");
            }
            if (parts.stream().anyMatch(PatchText::isGits)) {
                throw new MakimaException(
                        ErrorCode.VALIDATION,
                        "the patch would write to git's own files: " + Text.abbreviate(path, 120),
                        "Do not use it: no patch of a repository looks like that");
            }
        }
    }

    private static boolean isGits(String part) {
        return part.equalsIgnoreCase(".git") || part.equalsIgnoreCase("git~1");
    }

    private static MakimaException tooLarge(int limit) {
        return new MakimaException(
                ErrorCode.VALIDATION,
                "the patch is larger than " + limit / (1024 * 1024) + " MiB when unpacked",
                "Push the work to a branch and continue from there");
    }
}
