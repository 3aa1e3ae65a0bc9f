package dev.makima.process;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.StreamName;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts a holder into the world. */
final class HolderStart {
    /** The environment variable that marks every process of a run; its value is the run's id. */
    static final String COOKIE = "MAKIMA_RUN";

    private static final File NOTHING = new File("/dev/null");
    /** What shells add to an environment on their own account. */
    private static final List<String> SHELL_VARIABLES = List.of("PWD", "OLDPWD", "SHLVL");

    private HolderStart() {}

    static Launch start(RunSpool spool, int number, LaunchSpec spec, ShellTools tools, Containment containment) {
        if (number < 1) {
            throw new IllegalArgumentException("launches are counted from 1, not " + number);
        }
        if (!Files.isDirectory(spec.workingDirectory())) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND,
                    "the directory to work in does not exist: " + spec.workingDirectory(),
                    "It was removed or never made; run the task anew");
        }
        ProcFs proc = ProcFs.system();
        LaunchDirectory directory = LaunchDirectory.of(spool.directory(), number);
        directory.prepare(proc);
        Optional<Cgroup> cgroup = containment.make(spool.run(), number);
        ProcessBuilder builder = new ProcessBuilder(command(spool, directory, spec, tools, proc, cgroup))
                .directory(spec.workingDirectory().toFile())
                .redirectInput(NOTHING)
                .redirectOutput(NOTHING)
                .redirectError(NOTHING);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(spec.environment());
        environment.put(COOKIE, spool.run().toString());
        try {
            cgroup.ifPresent(directory::record);
            return new Launch(spool, number, directory, proc, builder.start());
        } catch (MakimaException e) {
            discard(directory, cgroup);
            throw e;
        } catch (IOException e) {
            discard(directory, cgroup);
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "cannot start " + spec.command().getFirst() + ": " + e.getMessage(),
                    "One argument holds 128 KiB at most; otherwise the machine is out of memory or processes",
                    e);
        }
    }

    /** Nothing was started, so nothing of it need be kept, and the number is free again. */
    private static void discard(LaunchDirectory directory, Optional<Cgroup> cgroup) {
        SpoolFiles.deleteTree(directory.path());
        cgroup.ifPresent(Cgroup::remove);
    }

    private static List<String> command(
            RunSpool spool,
            LaunchDirectory directory,
            LaunchSpec spec,
            ShellTools tools,
            ProcFs proc,
            Optional<Cgroup> cgroup) {
        List<String> unset = SHELL_VARIABLES.stream()
                .filter(name -> !spec.environment().containsKey(name))
                .toList();
        List<String> command = new ArrayList<>(List.of(
                tools.setsid().toString(),
                tools.sh().toString(),
                directory.script().toString(),
                directory.path().toString(),
                spool.file(StreamName.STDOUT).toString(),
                spool.file(StreamName.STDERR).toString(),
                proc.bootId(),
                Long.toString(proc.pidNamespace()),
                String.join(" ", unset),
                tools.sh().toString(),
                tools.setsid().toString(),
                tools.mv().toString(),
                tools.tail().toString(),
                tools.tailKind(),
                tools.envResetsSignals() && proc.ignoresSignals() ? tools.env().toString() : "",
                cgroup.map(made -> made.directory().toString()).orElse("")));
        command.addAll(spec.command());
        return command;
    }
}
