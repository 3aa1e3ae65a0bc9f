package dev.makima.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a machine's id comes from. */
class MachineIdTest {
    private static final String SYSTEMD = "0123456789abcdef0123456789abcdef";
    private static final String DBUS = "fedcba9876543210fedcba9876543210";
    private static final String PLATFORM = "01234567-89AB-CDEF-0123-456789ABCDEF";
    private static final Supplier<Optional<String>> NO_PLATFORM = Optional::empty;

    @TempDir
    private Path directory;

    private String find(Supplier<Optional<String>> platform) {
        return MachineId.find(
                directory.resolve("systemd"),
                directory.resolve("dbus"),
                platform,
                directory.resolve("data"),
                UUID::randomUUID);
    }

    @Test
    void theFirstIdThereIsIsTaken() throws IOException {
        assertThat(find(() -> Optional.of(PLATFORM))).isEqualTo(PLATFORM);
        Files.writeString(directory.resolve("dbus"), DBUS + "\n");
        assertThat(find(() -> Optional.of(PLATFORM))).isEqualTo(DBUS);
        Files.writeString(directory.resolve("systemd"), SYSTEMD + "\n");
        assertThat(find(() -> Optional.of(PLATFORM))).isEqualTo(SYSTEMD);
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "uninitialized\n", "not an id at all, but quite a long text"})
    void aFileWithoutAnIdIsPassedOver(String content) throws IOException {
        Files.writeString(directory.resolve("systemd"), content);
        Files.writeString(directory.resolve("dbus"), DBUS);
        assertThat(find(NO_PLATFORM)).isEqualTo(DBUS);
    }

    @Test
    void anIdThatHadToBeMadeUpIsKeptForItsOwnerOnly() throws IOException {
        String made = find(NO_PLATFORM);
        Path kept = directory.resolve("data/machine-id");
        assertThat(UUID.fromString(made)).hasToString(made);
        assertThat(find(NO_PLATFORM)).isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept.getParent())))
                .isEqualTo("rwx------");
    }
}
