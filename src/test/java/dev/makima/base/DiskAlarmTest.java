package dev.makima.base;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.SmallDisk;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskAlarmTest {
    @TempDir
    private Path directory;

    /** Keeps what is logged. */
    private static final class Lines implements System.Logger {
        private final List<String> lines = new ArrayList<>();

        @Override
        public String getName() {
            return "lines";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String text, @Nullable Throwable thrown) {
            lines.add(level + " " + text);
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String format, @Nullable Object... arguments) {
            lines.add(level + " " + java.text.MessageFormat.format(format, arguments));
        }
    }

    @Test
    void itIsSaidOnceThatADiskIsFullAndOnceThatItIsNot() {
        Optional<SmallDisk> mounted = SmallDisk.mount(directory, 4096);
        Assumptions.assumeTrue(mounted.isPresent(), "nobody may mount a file system here");
        try (SmallDisk disk = mounted.orElseThrow()) {
            Lines said = new Lines();
            DiskAlarm alarm = new DiskAlarm(said, "the thing", "It waits", disk.outside());
            assertThat(alarm.look()).isFalse();
            disk.fill();
            assertThat(FullDiskException.isFull(disk.outside().resolve("not/there/yet")))
                    .isTrue();
            assertThat(alarm.raise()).isTrue();
            assertThat(alarm.raise()).isFalse();
            Await.until(Duration.ofSeconds(10), "a look", () -> {
                alarm.look();
                return !DiskAlarm.hasRoom(disk.outside());
            });
            assertThat(alarm.isFull()).isTrue();
            disk.free();
            Await.until(Duration.ofSeconds(20), "room", () -> !alarm.look());
            assertThat(said.lines)
                    .containsExactly(
                            "ERROR the thing: the disk is full. It waits. Free some space where " + disk.outside()
                                    + " is; it goes on by itself",
                            "INFO the thing: there is room on the disk again, it goes on");
            assertThat(disk.outside()).isEmptyDirectory();
        }
    }

    @Test
    void aWriteThatAFullDiskRefusesIsKnownAsThatThroughWhateverItIsWrappedIn() throws IOException {
        Path full = Path.of("/dev/full");
        try (FileOutputStream out = new FileOutputStream(full.toFile())) {
            out.write(1);
            throw new AssertionError("it took the byte");
        } catch (IOException refused) {
            assertThat(FullDiskException.isBehind(new IllegalStateException(new RuntimeException(refused))))
                    .isTrue();
            assertThat(PassingTrouble.level(System.Logger.Level.ERROR, refused)).isEqualTo(System.Logger.Level.DEBUG);
        }
        IOException other = new IOException("Permission denied");
        assertThat(FullDiskException.isBehind(other)).isFalse();
        assertThat(FullDiskException.isBehind(other, directory)).isFalse();
        assertThat(FullDiskException.isBehind((Throwable) null)).isFalse();
        assertThat(PassingTrouble.level(System.Logger.Level.ERROR, other)).isEqualTo(System.Logger.Level.ERROR);
        assertThat(DiskAlarm.hasRoom(Files.createDirectory(directory.resolve("room"))))
                .isTrue();
        assertThat(DiskAlarm.hasRoom(directory.resolve("missing"))).isFalse();
    }
}
