package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
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
    private static final Pattern BINARY_SIZE = Pattern.compile("(?:literal|delta) (\\d{1,19})");

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
        byte[] plain;
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            plain = in.readNBytes(limit);
            if (in.read() >= 0) {
                throw tooLarge(limit);
            }
        } catch (EOFException e) {
            throw new MakimaException(ErrorCode.VALIDATION, "the patch is cut off", CURE, e);
        } catch (ZipException e) {
            throw new MakimaException(ErrorCode.VALIDATION, "the patch is damaged: " + e.getMessage(), CURE, e);
        } catch (IOException e) {
            throw new MakimaException(ErrorCode.IO, "cannot read the patch: " + e.getMessage(), CURE, e);
        }
        checkBinarySizes(plain, limit);
        return plain;
    }

    /** A line that begins so cannot be one of a text file's: those begin with a blank, +, - or a backslash. */
    private static void checkBinarySizes(byte[] plain, int limit) {
        long sum = 0;
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new ByteArrayInputStream(plain), StandardCharsets.ISO_8859_1))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher matcher = BINARY_SIZE.matcher(line);
                if (matcher.matches()) {
                    long size = Long.parseLong("0"
                            + matcher.group(1)
                                    .substring(0, Math.min(18, matcher.group(1).length())));
                    sum += Math.min(size, Integer.MAX_VALUE);
                }
                if (sum > limit) {
                    throw tooLarge(limit);
                }
            }
        } catch (IOException e) {
            throw new AssertionError("an array is always readable", e);
        }
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
