package dev.makima.config;

import io.vertx.config.spi.ConfigProcessor;
import io.vertx.config.spi.utils.Processors;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads one configuration file into a tree, with the processors of Vert.x Config.
 *
 * <p>The processors are called directly: a ConfigRetriever per file would add a file store, a scan timer and two
 * hops between threads for bytes that we have to look at ourselves anyway, to say where they are wrong. Blocks; not
 * for event loops.
 */
final class ConfigReader {
    /** Far above any real one; a mistaken path to a big file should not fill the memory. */
    private static final int LONGEST = 1 << 20;

    private static final Map<String, String> FORMATS =
            Map.of("toml", "toml", "json", "json", "yaml", "yaml", "yml", "yaml");

    private final Vertx vertx;

    ConfigReader(Vertx vertx) {
        this.vertx = vertx;
    }

    /** A file cannot be used as a configuration. */
    static final class BadFileException extends RuntimeException {
        private final transient Problem problem;

        BadFileException(Problem problem) {
            super(problem.what(), null, false, false);
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }

    /**
     * The file's tree.
     *
     * @throws BadFileException where it cannot be read or is not what its ending says
     */
    Map<String, @Nullable Object> read(Path file) {
        String format = format(file);
        String text = decode(file, bytes(file));
        return text.isBlank() ? Map.of() : Trees.plain(parse(file, format, text));
    }

    private static String format(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        if (dot <= 0) {
            // No ending at all, as a pipe from the shell has: the documented form.
            return "toml";
        }
        return Optional.ofNullable(FORMATS.get(name.substring(dot + 1).toLowerCase(Locale.ROOT)))
                .orElseThrow(() -> bad(
                        "the configuration file " + file + " has an ending that is not known",
                        "name it .toml, .json, .yaml or .yml, after what is in it"));
    }

    private static byte[] bytes(Path file) {
        if (Files.isDirectory(file)) {
            throw bad("the configuration file " + file + " is a directory", "give the path of a file in it");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw bad(
                        "the configuration file " + file + " is longer than " + LONGEST + " bytes",
                        "check that this is the file you mean");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw bad("the configuration file " + file + " does not exist", "check the path, or make the file");
        } catch (AccessDeniedException e) {
            throw bad(
                    "the configuration file " + file + " may not be read by this user",
                    "change its owner or permissions");
        } catch (IOException e) {
            throw bad("the configuration file " + file + " cannot be read: " + e.getMessage(), "check the file system");
        }
    }

    private static String decode(Path file, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw bad("the configuration file " + file + " is not UTF-8 text", "save it as UTF-8");
        }
    }

    /** Null where there is nothing but comments in the file: so the YAML processor has it. */
    private @Nullable JsonObject parse(Path file, String format, String text) {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException("configuration files are not read on an event loop");
        }
        try {
            DoubledKeys.refuse(format, text);
        } catch (IOException | YAMLException e) {
            throw new BadFileException(SyntaxProblem.of(file, format, e));
        }
        ConfigProcessor processor = Processors.get(format);
        try {
            return CompletableFuture.supplyAsync(
                            () -> processor.process(vertx, new JsonObject(), Buffer.buffer(text)), executor())
                    .thenCompose(Future::toCompletionStage)
                    .get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new BadFileException(SyntaxProblem.of(file, format, e));
        } catch (TimeoutException e) {
            throw bad("the configuration file " + file + " took longer than 10 s to read", "make it smaller");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw bad("reading the configuration file " + file + " was interrupted", "try again");
        }
    }

    /**
     * On a worker of Vert.x, a processor's own blocking call would queue up behind the caller, who waits for it: there
     * it needs a thread that has no queue.
     */
    private static Executor executor() {
        return Vertx.currentContext() == null
                ? Runnable::run
                : Thread.ofPlatform().daemon()::start;
    }

    private static BadFileException bad(String what, String cure) {
        return new BadFileException(Problem.ofFile(what, cure));
    }
}
