package dev.makima.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Programs that tests write and start. Another process puts them there: what this one has open for writing at the moment of
 * a fork, whichever test's, cannot be executed until that child has closed it (ETXTBSY). Thread-safe.
 */
public final class Executable {
    private Executable() {}

    /**
     * Writes a program, in place of what is there; one that runs right now goes on as it was, since the file is a new one.
     *
     * @param file where it is to be; its directory has to be there
     * @return the file
     */
    public static Path write(Path file, String text) throws IOException {
        Path written = Files.createTempFile("makima-executable-", ".txt");
        try {
            Files.writeString(written, text);
            return install(written, file);
        } finally {
            Files.delete(written);
        }
    }

    /**
     * GitHub's command line, which makes every pull request number 17 of o/r.
     *
     * @param tools the directory that is made for it
     * @return a PATH that has it before all others
     */
    public static String pullRequests(Path tools) throws IOException {
        write(
                Files.createDirectory(tools).resolve("gh"),
                "#!/bin/sh\nprintf '%s\\n' \"$*\" >> '" + tools.resolve("gh.txt")
                        + "'\ncat > /dev/null\necho https://github.com/o/r/pull/17\n");
        return tools + ":" + System.getenv("PATH");
    }

    /** Copies a file to one that can be executed. */
    public static Path install(Path from, Path file) throws IOException {
        Process install = new ProcessBuilder("install", "-m", "755", "--", from.toString(), file.toString())
                .inheritIO()
                .start();
        try {
            if (install.waitFor() != 0) {
                throw new IOException("install cannot write " + file);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing " + file, interrupted);
        }
        return file;
    }
}
