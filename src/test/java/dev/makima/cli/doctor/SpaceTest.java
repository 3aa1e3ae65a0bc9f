package dev.makima.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpaceTest {
    private static final long LONG = Duration.ofMinutes(1).toNanos();

    @TempDir
    private Path temp;

    private Path file(String name, int bytes) throws IOException {
        Path file = temp.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, new byte[bytes]);
    }

    @Test
    void filesCountOnceWhateverLeadsToThem() throws IOException {
        Path one = file("a/one", 1000);
        file("a/deep/er/two", 300);
        Files.createLink(temp.resolve("a/again"), one);
        Files.createLink(Files.createDirectory(temp.resolve("b")).resolve("again"), one);
        file("outside/large", 100_000);
        Files.createSymbolicLink(temp.resolve("a/link"), temp.resolve("outside"));
        Files.createSymbolicLink(temp.resolve("a/loop"), temp.resolve("a"));
        Space space = new Space(LONG);
        long link = Files.readSymbolicLink(temp.resolve("a/link")).toString().length();
        long loop = Files.readSymbolicLink(temp.resolve("a/loop")).toString().length();
        assertThat(space.of(temp.resolve("a"))).isEqualTo(new Space.Size(1300 + link + loop, true));
        assertThat(space.of(temp.resolve("b"))).isEqualTo(Space.Size.NOTHING);
        assertThat(space.of(temp.resolve("missing"))).isEqualTo(Space.Size.NOTHING);
    }

    @Test
    void whenTheTimeIsUpItSaysThatThereIsMore() throws IOException {
        file("a/one", 1000);
        assertThat(new Space(0).of(temp.resolve("a")).whole()).isFalse();
    }
}
