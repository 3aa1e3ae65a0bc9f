package dev.makima.git;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What every git call of ours gets: the environment and the options that keep a repository from running programs in it
 * and git from asking anybody anything.
 *
 * <p>Left alone on purpose: credential helpers (the only way to a private remote), filter drivers (Git LFS is one; a
 * checkout without them is wrong) and merge drivers. The hooks of a repository that we push to are that side's own
 * rules and run as for anybody's push.
 *
 * <p>Immutable, thread-safe.
 */
final class GitEnvironment {
    /**
     * Variables of git that may come from outside. All others (GIT_DIR, GIT_INDEX_FILE, GIT_EXTERNAL_DIFF, GIT_TRACE…)
     * would point our calls somewhere else or mix into what we read: a daemon started from a hook or an alias has them.
     */
    private static final Set<String> PASSED = Set.of(
            "GIT_AUTHOR_EMAIL",
            "GIT_AUTHOR_NAME",
            "GIT_COMMITTER_EMAIL",
            "GIT_COMMITTER_NAME",
            "GIT_CONFIG_COUNT",
            "GIT_CONFIG_GLOBAL",
            "GIT_CONFIG_NOSYSTEM",
            "GIT_CONFIG_SYSTEM",
            "GIT_DISCOVERY_ACROSS_FILESYSTEM",
            "GIT_EXEC_PATH",
            "GIT_HTTP_PROXY_AUTHMETHOD",
            "GIT_HTTP_USER_AGENT",
            "GIT_SSH",
            "GIT_SSH_COMMAND",
            "GIT_SSH_VARIANT",
            "GIT_SSL_CAINFO",
            "GIT_SSL_CAPATH",
            "GIT_SSL_CERT",
            "GIT_SSL_KEY",
            "GIT_SSL_NO_VERIFY",
            "GIT_SSL_VERSION");

    /** Given with -c, which wins over every configuration file. */
    private static final List<String> SETTINGS = List.of(
            "core.hooksPath=/dev/null",
            "core.fsmonitor=false",
            // A shell command that fetch would run where the object store has alternates.
            "core.alternateRefsCommand=:",
            // Warnings about line ends can be made errors, which would keep work from being committed.
            "core.safecrlf=false",
            // Others in the repository hold these locks for a moment only.
            "core.filesRefLockTimeout=3000",
            "core.packedRefsTimeout=5000",
            "commit.gpgSign=false",
            "tag.gpgSign=false",
            "push.gpgSign=false",
            "log.showSignature=false",
            // A clean-up in the background would outlive the call; the repository's owner has his own times for it.
            "gc.auto=0",
            "maintenance.auto=false",
            "submodule.recurse=false",
            "fetch.recurseSubmodules=false",
            "push.recurseSubmodules=no",
            "protocol.ext.allow=never",
            // A connection that died in silence ends after a minute.
            "http.lowSpeedLimit=100",
            "http.lowSpeedTime=60",
            "advice.detachedHead=false",
            "advice.addEmbeddedRepo=false");

    private final Map<String, String> variables;
    private final List<String> options;
    private final @Nullable String searchPath;
    private final Path home;

    GitEnvironment(Map<String, String> inherited) {
        this.variables = Map.copyOf(clean(inherited));
        this.options = SETTINGS.stream().flatMap(s -> List.of("-c", s).stream()).toList();
        this.searchPath = inherited.get("PATH");
        String given = inherited.get("HOME");
        this.home = Path.of(given == null || given.isEmpty() ? System.getProperty("user.home") : given);
    }

    /** How a container gives its account configuration without a file; ours is given with -c and wins over it. */
    private static boolean isConfiguration(String name) {
        return name.startsWith("GIT_CONFIG_KEY_") || name.startsWith("GIT_CONFIG_VALUE_");
    }

    private static Map<String, String> clean(Map<String, String> inherited) {
        Map<String, String> out = new HashMap<>();
        inherited.forEach((name, value) -> {
            // Our own variables hold keys, which no filter or credential helper has to see.
            boolean ours = name.startsWith("MAKIMA_");
            if (!ours && (!name.startsWith("GIT_") || PASSED.contains(name) || isConfiguration(name))) {
                out.put(name, value);
            }
        });
        out.remove("LANGUAGE");
        out.put("LC_ALL", "C");
        out.put("GIT_TERMINAL_PROMPT", "0");
        // Empty: no helper at all. A program that answers nothing would turn "no password" into "wrong password".
        out.put("GIT_ASKPASS", "");
        out.remove("SSH_ASKPASS");
        out.put("SSH_ASKPASS_REQUIRE", "never");
        out.put("GCM_INTERACTIVE", "never");
        out.put("GIT_EDITOR", ":");
        out.put("GIT_SEQUENCE_EDITOR", ":");
        out.put("GIT_PAGER", "cat");
        // Never writes to an index only to make the next look at it faster: the agent may be at work there.
        out.put("GIT_OPTIONAL_LOCKS", "0");
        // Beats every protocol.*.allow, remote helpers and what url.*.insteadOf makes of a URL. The old git:// is left
        // out, since it would run core.gitProxy.
        out.put("GIT_ALLOW_PROTOCOL", "file:http:https:ssh");
        return out;
    }

    /** The variables of every call, without the one for ssh. */
    Map<String, String> variables() {
        return variables;
    }

    /** The options between {@code git} and its subcommand. */
    List<String> options() {
        return options;
    }

    /** The home directory of the account: HOME, else what Java knows. */
    Path home() {
        return home;
    }

    /**
     * Where git is, looked for each time until it is there. By our own search, since ProcessBuilder looks along the
     * PATH of this JVM and not the one that it was given for the child.
     */
    Optional<Path> executable() {
        return executable("git");
    }

    /** The same for another program. */
    Optional<Path> executable(String name) {
        if (searchPath == null) {
            return Optional.empty();
        }
        for (String part : searchPath.split(":")) {
            try {
                Path candidate = Path.of(part.isEmpty() ? "." : part, name).toAbsolutePath();
                if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                    return Optional.of(candidate);
                }
            } catch (InvalidPathException e) {
                // A part of PATH that is no path holds no program.
            }
        }
        return Optional.empty();
    }

    /**
     * The ssh command that never asks, made of the one that the account configured.
     *
     * @param configured core.sshCommand from outside of every repository, or empty
     * @return empty where a plain program is named by GIT_SSH, which takes no options of ours
     */
    Optional<String> sshCommand(Optional<String> configured) {
        String given = variables.get("GIT_SSH_COMMAND");
        if (given == null && configured.isEmpty() && variables.containsKey("GIT_SSH")) {
            return Optional.empty();
        }
        String base = given != null ? given : configured.orElse("ssh");
        String program = base.strip().split("\\s+", 2)[0];
        boolean open = program.equals("ssh") || program.endsWith("/ssh");
        // ControlMaster: a master that we start would outlive the call and hold its standard error.
        return Optional.of(open ? base + " -o BatchMode=yes -o ConnectTimeout=15 -o ControlMaster=no" : base);
    }
}
