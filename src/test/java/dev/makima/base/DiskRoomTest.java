package dev.makima.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskRoomTest {
    @TempDir
    private Path temp;

    @Test
    void whatIsNotMadeYetHasTheRoomOfTheDirectoryAboveIt() {
        DiskRoom room = DiskRoom.of(temp.resolve("not/made/yet")).orElseThrow();
        assertThat(room.at()).isEqualTo(temp);
        assertThat(room.total()).isPositive();
        assertThat(room.free()).isBetween(0L, room.total());
    }

    @Test
    void aFileSystemOfTheKernelHasNone() {
        assertThat(DiskRoom.of(Path.of("/proc/self"))).isEmpty();
    }
}
