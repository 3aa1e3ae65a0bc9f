package dev.makima.process;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The programs that a holder needs, by absolute path: the holder runs in the agent's environment, whose PATH need not
 * lead to them.
 *
 * @param coreutilsTail whether tail knows --pid and parts of seconds; busybox's does not
 * @param envResetsSignals whether env can give a program the default dispositions of signals that we ignore
 */
record ShellTools(Path sh, Path setsid, Path env, Path mv, Path tail, boolean coreutilsTail, boolean envResetsSignals) {
    private static final String USUAL = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

    /** This machine's, looked up once. */
    static ShellTools system() {
        return Machine.INSTANCE;
    }

    /**
     * Looks the programs up.
     *
     * @param path directories, a colon between, before the usual ones
     * @throws MakimaException COMMAND_FAILED where one is missing
     */
    static ShellTools find(String path) {
        String all = path + ":" + USUAL;
        Path tail = find(all, "tail");
        Path env = find(all, "env");
        boolean coreutils = output(tail, "--version").contains("coreutils");
        boolean resets = output(env, "--default-signal", "echo", "works").startsWith("works");
        return new ShellTools(find(all, "sh"), find(all, "setsid"), env, find(all, "mv"), tail, coreutils, resets);
    }

    private static Path find(String path, String name) {
        for (String directory : path.split(":")) {
            Path file = Path.of(directory, name);
            if (file.isAbsolute() && Files.isExecutable(file)) {
                return file;
            }
        }
        throw new MakimaException(
                ErrorCode.COMMAND_FAILED,
                "the program " + name + " was not found",
                "Install coreutils and util-linux, or busybox; the daemon needs them to keep agents alive");
    }

    private static String output(Path program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
            try (var output = process.getInputStream()) {
                return new String(output.readNBytes(4096), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            // Then it is used as the plainest of its kind.
            return "";
        }
    }

    /** What the holder calls the kind of tail. */
    String tailKind() {
        return coreutilsTail ? "gnu" : "plain";
    }

    /** Filled at first use, by the class loader's lock. */
    private static final class Machine {
        static final ShellTools INSTANCE =
                find(Optional.ofNullable(System.getenv("PATH")).orElse(""));
    }
}
