package dev.makima.config;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the surroundings say: injected, so that nothing in here reads the real ones by itself. Immutable.
 *
 * @param variables the environment's variables
 * @param accountHome the home directory of the account, which "~" means where HOME is not set
 * @param osName "Linux", "Mac OS X"
 * @param systemConfig where configuration for the whole machine is: /etc
 */
public record Environment(Map<String, String> variables, Path accountHome, String osName, Path systemConfig) {

    /** Copies the map. */
    public Environment {
        variables = Map.copyOf(variables);
    }

    /** Surroundings with the configuration for the whole machine in /etc. */
    public Environment(Map<String, String> variables, Path accountHome, String osName) {
        this(variables, accountHome, osName, Path.of("/etc"));
    }

    /** Without the variables: many of them are secret. */
    @Override
    public String toString() {
        return "Environment[accountHome=" + accountHome + ", osName=" + osName + ", systemConfig=" + systemConfig + "]";
    }

    /** The real surroundings of this process. */
    public static Environment system() {
        return new Environment(
                System.getenv(), Path.of(System.getProperty("user.home")), System.getProperty("os.name"));
    }

    /** The variable's value; one that is empty counts as not set, as in most programs. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }

    /** What "~" means: HOME where it is an absolute path, else the account's home. */
    public Path userHome() {
        return variable("HOME")
                .filter(home -> home.startsWith("/"))
                .map(Path::of)
                .orElse(accountHome);
    }

    boolean isMac() {
        return osName.toLowerCase(Locale.ROOT).startsWith("mac");
    }

    boolean isLinux() {
        return osName.toLowerCase(Locale.ROOT).startsWith("linux");
    }
}
