package dev.makima.git;

import static dev.makima.git.GitFixture.write;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Files of every kind that git knows, and changes of every kind to them. */
public final class OddFiles {
    private OddFiles() {}

    /** What is there at first. */
    public static void before(Path directory) {
        try {
            write(directory.resolve(".gitignore"), "*.log\n/build/\n");
            write(directory.resolve("deleted"), "1\n2\n");
            write(directory.resolve("renamed from"), "a\nb\nc\nd\ne\nf\n");
            write(directory.resolve("mode"), "#!/bin/sh\n");
            write(directory.resolve("was executable"), "#!/bin/sh\n");
            executable(directory.resolve("was executable"), true);
            write(directory.resolve("crlf"), "one\r\ntwo\r\n");
            write(directory.resolve("becomes link"), "text\n");
            write(directory.resolve("becomes directory"), "text\n");
            write(directory.resolve("directory/becomes/file"), "text\n");
            Files.write(directory.resolve("binary"), bytes(1, 5000));
            Files.createSymbolicLink(directory.resolve("link"), Path.of("mode"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes them. */
    public static void change(Path directory) {
        try {
            Files.delete(directory.resolve("deleted"));
            Files.move(directory.resolve("renamed from"), directory.resolve("renamed to größe"));
            executable(directory.resolve("mode"), true);
            executable(directory.resolve("was executable"), false);
            write(directory.resolve("crlf"), "one\r\n2\r\nthree\r\nmixed\nno end");
            Files.delete(directory.resolve("becomes link"));
            Files.createSymbolicLink(directory.resolve("becomes link"), Path.of("../outside/größe"));
            Files.delete(directory.resolve("becomes directory"));
            write(directory.resolve("becomes directory/file"), "new\n");
            Files.delete(directory.resolve("directory/becomes/file"));
            Files.delete(directory.resolve("directory/becomes"));
            Files.delete(directory.resolve("directory"));
            write(directory.resolve("directory"), "now a file\n");
            Files.write(directory.resolve("binary"), bytes(2, 7000));
            Files.write(directory.resolve("new binary"), bytes(3, 3000));
            Files.delete(directory.resolve("link"));
            Files.createSymbolicLink(directory.resolve("link"), Path.of("crlf"));
            write(directory.resolve("empty"), "");
            write(directory.resolve("staged"), "to be staged\n");
            write(directory.resolve("no newline"), "at the end");
            write(directory.resolve("new line\nin name\t\"quoted\" \\ 日本/файл"), "x\n");
            write(directory.resolve(" leading and trailing "), "x\n");
            write(directory.resolve("-dash"), "x\n");
            write(directory.resolve("looks like\ndiff --git a/x b/x"), "diff --git a/x b/x\n--- a/x\n+++ b/x\n");
            write(directory.resolve("new tool"), "#!/bin/sh\nexit 0\n");
            executable(directory.resolve("new tool"), true);
            write(directory.resolve("noise.log"), "ignored\n");
            write(directory.resolve("build/output"), "ignored\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every path that git would not ignore, with its kind and content. */
    public static Map<String, String> everythingIn(Path directory) {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String name = directory.relativize(path).toString();
                boolean ours = !name.equals(".git") && !name.startsWith(".git/") && !name.startsWith("build");
                if (ours && !name.endsWith(".log") && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    all.put(name, describe(path));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static String describe(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return "link " + Files.readSymbolicLink(path);
        }
        byte[] content = Files.readAllBytes(path);
        return (Files.isExecutable(path) ? "executable " : "file ")
                + (content.length > 500
                        ? HexFormat.of().formatHex(content)
                        : new String(content, StandardCharsets.ISO_8859_1));
    }

    private static void executable(Path path, boolean wanted) {
        if (!path.toFile().setExecutable(wanted, false)) {
            throw new AssertionError("could not change the mode of " + path);
        }
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
