package dev.makima.process;

import dev.makima.base.RunId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Scopes of this user's systemd: what is started in one belongs neither to the session nor to the unit that the daemon
 * runs in, so it outlives both. The scope's cgroup is the user's own, and each launch gets another one in it, without
 * its holder. Thread-safe.
 *
 * @param systemdRun the program that makes them
 * @param options what this version of it needs beside the usual
 * @param tools the others that a launch needs
 * @param bus the variables by which the user's systemd is found
 * @param parent the cgroup in which the cgroups of scopes appear
 */
record UserScopes(Path systemdRun, List<String> options, ShellTools tools, Map<String, String> bus, Path parent) {
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(5);
    private static final String RUNTIME = "XDG_RUNTIME_DIR";
    private static final String BUS = "DBUS_SESSION_BUS_ADDRESS";
    private static final List<String> ADDED = List.of(RUNTIME, BUS, "INVOCATION_ID");
    /** Makes the launch's cgroup and becomes the rest: the scope is there only from inside. */
    private static final String ENTER = "\"$1\" \"$2\"; shift 2; exec \"$@\"";
    /** Tells the cgroup that it is in. */
    private static final String SHOW = "while read -r line; do echo \"$line\"; done </proc/self/cgroup";
    /** Fails where it cannot join the cgroup made for it. */
    private static final String JOIN = "[ -e \"$1/cgroup.kill\" ] && echo 0 >\"$1/cgroup.procs\"";

    /** What was found, or why nothing was. */
    sealed interface Found {
        /** They work. */
        record Usable(UserScopes scopes) implements Found {}

        /** They do not, for this reason. */
        record Unusable(String reason) implements Found {}
    }

    /**
     * Looks for the user's systemd, and tries it where there is one: two scopes for a moment, 10 s at most.
     *
     * @param environment the daemon's own
     * @param runtimes where the runtime directories of users are, for a daemon that was not told its own
     */
    static Found find(ProcFs proc, ShellTools tools, Map<String, String> environment, Path runtimes) {
        Optional<Path> runtime = Optional.ofNullable(environment.get(RUNTIME))
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .or(() -> proc.ownUser().map(user -> runtimes.resolve(Long.toString(user))));
        if (runtime.filter(one -> Files.exists(one.resolve("systemd/private"))).isEmpty()) {
            return new Found.Unusable("no systemd of this user runs");
        }
        String path = environment.getOrDefault("PATH", "");
        Optional<Path> program = ShellTools.lookUp(path, "systemd-run");
        if (program.isEmpty()) {
            return new Found.Unusable("systemd-run was not found");
        }
        Map<String, String> bus = new HashMap<>(Map.of(RUNTIME, runtime.get().toString()));
        Optional.ofNullable(environment.get(BUS)).ifPresent(address -> bus.put(BUS, address));
        // Later versions would put variables into the agent's arguments; earlier ones do not know the option.
        boolean expands = ShellTools.answer(List.of(program.get().toString(), "--help"), Map.of(), PROBE_LIMIT)
                .filter(help -> help.contains("--expand-environment"))
                .isPresent();
        List<String> options = expands ? List.of("--expand-environment=no") : List.of();
        return new UserScopes(program.get(), options, tools, Map.copyOf(bus), Path.of("/")).probe(proc);
    }

    private Found probe(ProcFs proc) {
        String first = probeName();
        Optional<String> told = tried(first, List.of(tools.sh().toString(), "-c", SHOW));
        if (told.isEmpty()) {
            return new Found.Unusable("systemd-run --user --scope does not work");
        }
        Optional<Path> scope = proc.formerCgroup(told.get()).filter(found -> found.endsWith(first + ".scope"));
        if (scope.isEmpty() || !scope.get().toString().matches("[ -~]+")) {
            return new Found.Unusable("a scope of this user's systemd has no cgroup v2 that can be seen");
        }
        UserScopes found =
                new UserScopes(systemdRun, options, tools, bus, scope.get().resolveSibling(""));
        String second = probeName();
        Path inside = found.inside(second);
        List<String> join = new ArrayList<>(found.enter(inside));
        join.addAll(List.of(tools.sh().toString(), "-c", JOIN, "join", inside.toString()));
        return found.tried(second, join).isPresent()
                ? new Found.Usable(found)
                : new Found.Unusable("the cgroup of a scope is not ours to write");
    }

    /** The cgroup of a launch's agent. It is made when the launch starts. */
    Cgroup cgroup(RunId run, int launch) {
        return new Cgroup(inside(Cgroup.name(run, launch)));
    }

    /** The command that starts this one in a scope of its own; with {@link #bus} in its environment. */
    List<String> wrap(RunId run, int launch, List<String> command, Map<String, String> environment) {
        String name = Cgroup.name(run, launch);
        List<String> whole = new ArrayList<>(scope(name));
        whole.add(tools.env().toString());
        // What it takes to find the user's systemd, and what that adds, is the agent's only where it was to have it.
        // The options first: after an assignment env takes none.
        ADDED.stream()
                .filter(variable -> !environment.containsKey(variable))
                .forEach(unset -> whole.addAll(List.of("-u", unset)));
        ADDED.stream().filter(environment::containsKey).forEach(kept -> whole.add(kept + "=" + environment.get(kept)));
        whole.addAll(enter(inside(name)));
        whole.addAll(command);
        return whole;
    }

    private Optional<String> tried(String name, List<String> command) {
        List<String> whole = new ArrayList<>(scope(name));
        whole.addAll(command);
        return ShellTools.answer(whole, bus, PROBE_LIMIT);
    }

    private static String probeName() {
        return Cgroup.PREFIX + "probe-" + UUID.randomUUID();
    }

    private Path inside(String name) {
        return parent.resolve(name + ".scope").resolve(name);
    }

    private List<String> enter(Path cgroup) {
        return List.of(
                tools.sh().toString(), "-c", ENTER, "enter", tools.mkdir().toString(), cgroup.toString());
    }

    private List<String> scope(String name) {
        List<String> command = new ArrayList<>(List.of(
                systemdRun.toString(),
                "--user",
                "--scope",
                "--quiet",
                "--collect",
                "--unit=" + name,
                "--property=Delegate=yes"));
        command.addAll(options);
        command.add("--");
        return command;
    }
}
