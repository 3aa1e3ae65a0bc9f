package dev.makima.git;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One git command with everything beside its arguments that it may need.
 *
 * @param directory where it runs
 * @param limit how long it may take before its whole process tree is ended
 * @param arguments what follows {@code git}; never the options that every call of ours gets
 * @param environment variables for this call alone, over those that every call gets
 * @param input what is written to its standard input, or null for none; not to be changed afterwards
 * @param outputLimit how many bytes of standard output are kept
 */
@SuppressWarnings("ArrayRecordComponent") // The input may be a patch of megabytes; calls are never compared.
public record GitCall(
        Path directory,
        Duration limit,
        List<String> arguments,
        Map<String, String> environment,
        byte @Nullable [] input,
        int outputLimit) {
    /** How many bytes of standard output are kept where the call says nothing: 32 MiB. */
    public static final int OUTPUT_LIMIT_DEFAULT = 32 * 1024 * 1024;

    /** Copies the lists. */
    public GitCall {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** A call without input and without variables of its own. */
    public static GitCall of(Path directory, Duration limit, String... arguments) {
        return new GitCall(directory, limit, List.of(arguments), Map.of(), null, OUTPUT_LIMIT_DEFAULT);
    }

    /** The same call with one more variable. */
    public GitCall with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new GitCall(directory, limit, arguments, more, input, outputLimit);
    }

    /** The same call with this on its standard input. */
    public GitCall reading(byte[] bytes) {
        return new GitCall(directory, limit, arguments, environment, bytes, outputLimit);
    }

    /** The same call, keeping at most so many bytes of its output. */
    public GitCall keeping(int bytes) {
        return new GitCall(directory, limit, arguments, environment, input, bytes);
    }
}
