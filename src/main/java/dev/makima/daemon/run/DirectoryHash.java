package dev.makima.daemon.run;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A hash of everything in a directory that is no repository: names, kinds and contents. Blocking. */
final class DirectoryHash {
    /** Of a longer file size and time of change count: a build's output is not read again after each process. */
    private static final long LONGEST_READ = 64L * 1024 * 1024;

    private DirectoryHash() {}

    /**
     * The hash. What cannot be read counts by its name alone; our own {@code .makima} does not count.
     *
     * @throws InterruptedException where the calling thread was interrupted
     * @throws MakimaException IO where the directory itself cannot be read
     */
    static String of(Path root) throws InterruptedException {
        Map<String, byte[]> entries = new TreeMap<>();
        try {
            Files.walkFileTree(root, new Collector(root, entries));
        } catch (IOException e) {
            throw new MakimaException(ErrorCode.IO, "cannot read the directory " + root, "Check that it is there", e);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        MessageDigest digest = sha256();
        entries.forEach((name, content) -> {
            digest.update((name + '\0').getBytes(StandardCharsets.UTF_8));
            digest.update(content);
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static final class Collector extends SimpleFileVisitor<Path> {
        private final Path root;
        private final Map<String, byte[]> entries;

        Collector(Path root, Map<String, byte[]> entries) {
            this.root = root;
            this.entries = entries;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return directory.equals(root.resolve(".makima")) ? FileVisitResult.SKIP_SUBTREE : next();
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            entries.put(root.relativize(file).toString(), content(file, attributes));
            return next();
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (file.equals(root)) {
                throw failure;
            }
            entries.put(root.relativize(file).toString(), new byte[0]);
            return next();
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
            return next();
        }

        private static FileVisitResult next() {
            // The walk cannot throw it: whoever asked does.
            return Thread.currentThread().isInterrupted() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }

        private static byte[] content(Path file, BasicFileAttributes attributes) {
            try {
                if (attributes.isSymbolicLink()) {
                    return ("link " + Files.readSymbolicLink(file)).getBytes(StandardCharsets.UTF_8);
                }
                if (!attributes.isRegularFile() || attributes.size() > LONGEST_READ) {
                    String facts = attributes.size() + " " + attributes.lastModifiedTime();
                    return facts.getBytes(StandardCharsets.UTF_8);
                }
                MessageDigest digest = sha256();
                digest.update((byte) (Files.isExecutable(file) ? 1 : 0));
                try (InputStream in = Files.newInputStream(file)) {
                    byte[] block = new byte[64 * 1024];
                    int count = in.read(block);
                    while (count >= 0) {
                        digest.update(block, 0, count);
                        count = in.read(block);
                    }
                }
                return digest.digest();
            } catch (IOException e) {
                // It is being written or deleted, or not ours to read: its name counts.
                return new byte[0];
            }
        }
    }
}
