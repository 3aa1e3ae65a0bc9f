package dev.makima.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchPathTest {
    @TempDir
    private Path temp;

    private Path program(String name) throws IOException {
        Path file = temp.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    @Test
    void theFirstDirectoryThatHasItCounts() throws IOException {
        Path first = program("a/tool");
        program("b/tool");
        String path = temp.resolve("none") + ":" + temp.resolve("a") + ":" + temp.resolve("b");
        assertThat(SearchPath.find(path, "tool", temp)).contains(first);
        assertThat(SearchPath.find(path, "other", temp)).isEmpty();
    }

    @Test
    void relativeAndEmptyDirectoriesAreThoseOfTheWorkingDirectory() throws IOException {
        Path inside = program("bin/tool");
        Path beside = program("near");
        assertThat(SearchPath.find("bin", "tool", temp)).contains(inside);
        assertThat(SearchPath.find("", "near", temp)).contains(beside);
    }

    @Test
    void directoriesAndFilesThatCannotBeRunArePassedOver() throws IOException {
        Files.createDirectories(temp.resolve("a/tool"));
        Files.createDirectories(temp.resolve("b"));
        Files.writeString(temp.resolve("b/tool"), "");
        Path last = program("c/tool");
        assertThat(SearchPath.find("a:b:c", "tool", temp)).contains(last);
    }
}
