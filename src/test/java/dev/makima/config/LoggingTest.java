package dev.makima.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.LoggingSettings.Format;
import dev.makima.config.LoggingSettings.Level;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What log lines look like, and which there are. */
class LoggingTest {
    private static LogRecord record(String message) {
        LogRecord record = new LogRecord(java.util.logging.Level.WARNING, message);
        record.setLoggerName("dev.makima.daemon.Link");
        record.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
        return record;
    }

    private static String pretty(LogRecord record) {
        return new PrettyFormatter(false, ZoneOffset.UTC).format(record);
    }

    @Test
    void aLineForPeopleHasTimeLevelThreadShortNameAndMessage() {
        String thread = Thread.currentThread().getName();
        assertThat(pretty(record("it is {0}"))).isEqualTo("03:04:05.678 WARN  " + thread + " Link it is {0}\n");
        LogRecord withParameter = record("it is {0}");
        withParameter.setParameters(new Object[] {"blue"});
        assertThat(pretty(withParameter)).endsWith(" Link it is blue\n");
    }

    @Test
    void whatComesFromOutsideCannotLookLikeALineOrSteerTheTerminal() {
        assertThat(pretty(record("a\r\n03:04:05.678 INFO  b\u001b[2J\u0007")))
                .endsWith(" Link a\n    03:04:05.678 INFO  b?[2J?\n");
    }

    @Test
    void colourIsAroundTheLevelAlone() {
        assertThat(new PrettyFormatter(true, ZoneOffset.UTC).format(record("x")))
                .startsWith("03:04:05.678 \u001b[33mWARN \u001b[0m ");
        assertThat(pretty(record("x"))).doesNotContain("\u001b");
    }

    @Test
    void whatWasThrownFollowsOnLinesOfItsOwn() {
        LogRecord record = record("failed");
        record.setThrown(new IllegalStateException("no way"));
        assertThat(pretty(record))
                .contains(" Link failed\n    java.lang.IllegalStateException: no way\n")
                .contains("LoggingTest")
                .endsWith("\n");
    }

    @Test
    void aJsonLineIsOneObject() {
        LogRecord record = record("two\nlines \"\\\t\u001b\u0085é");
        record.setThrown(new IllegalStateException("no way"));
        String line = new JsonLineFormatter().format(record);

        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
        JsonObject json = new JsonObject(line);
        assertThat(json.getString("time")).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(json.getString("level")).isEqualTo("WARN");
        assertThat(json.getString("logger")).isEqualTo("dev.makima.daemon.Link");
        assertThat(json.getString("thread")).isEqualTo(Thread.currentThread().getName());
        assertThat(json.getString("message")).isEqualTo("two\nlines \"\\\t\u001b\u0085é");
        assertThat(json.getString("error")).startsWith("java.lang.IllegalStateException: no way");
    }

    @ParameterizedTest
    @EnumSource(Level.class)
    void everyLevelIsWrittenByItsOwnName(Level level) {
        assertThat(LogLevels.word(LogLevels.of(level))).isEqualTo(level.name());
    }

    /** Logging is global to a process, so this needs one of its own. */
    public static final class Program {
        private Program() {}

        /** Applies the settings given as two words, and logs in all ways there are. */
        public static void main(String[] words) {
            Logging.apply(new LoggingSettings(Level.valueOf(words[0]), Format.valueOf(words[1])));
            System.Logger logger = System.getLogger("dev.makima.daemon.Link");
            for (System.Logger.Level level : List.of(
                    System.Logger.Level.TRACE,
                    System.Logger.Level.DEBUG,
                    System.Logger.Level.INFO,
                    System.Logger.Level.WARNING,
                    System.Logger.Level.ERROR)) {
                logger.log(level, "ours " + level + " é");
            }
            Logger.getLogger("io.vertx.core.x").info("library info");
            Logger.getLogger("io.netty.x").warning("library warning");
            Logger.getLogger("io.vertx.core.eventbus.impl.X").warning("a message to what has just ended");
            Vertx.vertx().close().toCompletionStage().toCompletableFuture().join();
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> logger.log(System.Logger.Level.ERROR, "last words"), "hook"));
            System.exit(0);
        }
    }

    private static List<String> run(Path directory, Level level, Format format)
            throws IOException, InterruptedException {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dstderr.encoding=US-ASCII",
                        "-cp",
                        System.getProperty("java.class.path").replace(File.pathSeparator, ":"),
                        Program.class.getName(),
                        level.name(),
                        format.name())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(out)).isEmpty();
        // SLF4J is there in tests only, with a library of theirs.
        return Files.readAllLines(err, StandardCharsets.UTF_8).stream()
                .filter(line -> !line.startsWith("SLF4J"))
                .toList();
    }

    @Test
    void linesGoToStandardErrorFromTheLevelOnAndUntilTheEnd(@TempDir Path directory) throws Exception {
        assertThat(run(directory, Level.INFO, Format.PRETTY))
                .extracting(line -> line.replaceFirst("^\\S+ ", ""))
                .containsExactly(
                        "INFO  main Link ours INFO é",
                        "WARN  main Link ours WARNING é",
                        "ERROR main Link ours ERROR é",
                        "WARN  main x library warning",
                        "ERROR hook Link last words");
    }

    @Test
    void debugShowsTheLibrariesTooAndJsonIsOneObjectALine(@TempDir Path directory) throws Exception {
        List<JsonObject> lines = run(directory, Level.DEBUG, Format.JSON).stream()
                .map(JsonObject::new)
                .toList();
        assertThat(lines)
                .extracting(line -> line.getString("message"))
                .contains("ours DEBUG é", "library info")
                .doesNotContain("ours TRACE é")
                .endsWith("last words");
        assertThat(lines)
                .allSatisfy(line -> assertThat(line.getString("level"))
                        .isEqualTo(line.getString("level").toUpperCase(Locale.ROOT)));
    }
}
