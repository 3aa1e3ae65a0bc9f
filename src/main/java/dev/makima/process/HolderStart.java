package dev.makima.process;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.StreamName;
import java.io.File;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts a holder into the world. */
final class HolderStart {
    private static final System.Logger LOG = System.getLogger(HolderStart.class.getName());
    /** A scope takes some 20 ms; more is for a machine that is very busy. */
    private static final Duration SCOPE_LIMIT = Duration.ofSeconds(10);

    private static final File NOTHING = new File("/dev/null");
    /** What shells add to an environment on their own account. */
    private static final List<String> SHELL_VARIABLES = List.of("PWD", "OLDPWD", "SHLVL");

    private HolderStart() {}

    /**
     * Makes the launch's directory and starts its holder.
     *
     * @throws MakimaException CONFLICT where that number was used, IO or COMMAND_FAILED where not even the holder starts
     */
    static Process start(
            RunSpool spool,
            int number,
            LaunchSpec spec,
            Optional<WatchTime> watch,
            ShellTools tools,
            Containment containment) {
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
        directory.prepare(proc, watch);
        Optional<Cgroup> cgroup = containment.make(spool.run(), number);
        String watchPath = watch.isPresent() ? tools.path() : "";
        List<String> command = command(spool, directory, spec, watchPath, tools, proc, cgroup);
        try {
            cgroup.ifPresent(directory::record);
            Optional<UserScopes> scopes = containment.scopes();
            return scopes.isPresent()
                    ? startInScope(
                            scopes.get(),
                            spool,
                            directory,
                            spec,
                            command,
                            command(spool, directory, spec, watchPath, tools, proc, Optional.empty()))
                    : start(spool, spec, command, Map.of());
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

    private static Process start(RunSpool spool, LaunchSpec spec, List<String> command, Map<String, String> more)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(spec.workingDirectory().toFile())
                .redirectInput(NOTHING)
                .redirectOutput(NOTHING)
                .redirectError(NOTHING);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(spec.environment());
        environment.put(LaunchSpec.COOKIE, spool.run().toString());
        environment.putAll(more);
        return builder.start();
    }

    /** Where no scope is to be had now, the holder starts without: an agent that does its work is worth more. */
    private static Process startInScope(
            UserScopes scopes,
            RunSpool spool,
            LaunchDirectory directory,
            LaunchSpec spec,
            List<String> command,
            List<String> plain)
            throws IOException {
        int number = LaunchDirectory.number(directory.path());
        Process holder =
                start(spool, spec, scopes.wrap(spool.run(), number, command, spec.environment()), scopes.bus());
        // Its number stays: systemd-run becomes the holder. One that is slow is as good as any other slow holder.
        GrowingWait wait = new GrowingWait(SCOPE_LIMIT, true);
        while (holder.isAlive() && directory.holder().isEmpty() && !wait.isOver()) {
            wait.pause();
        }
        boolean failed = !holder.isAlive() && directory.holder().isEmpty();
        wait.restoreInterrupt();
        if (!failed) {
            return holder;
        }
        LOG.log(
                Level.WARNING,
                "no systemd scope for run {0} (systemd-run ended with {1}): its agent ends with the daemon''s session",
                spool.run(),
                holder.exitValue());
        return start(spool, spec, plain, Map.of());
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
            String watchPath,
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
                cgroup.map(made -> made.directory().toString()).orElse(""),
                tools.env().toString(),
                watchPath));
        command.addAll(spec.command());
        return command;
    }
}
