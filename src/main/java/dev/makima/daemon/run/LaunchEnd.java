package dev.makima.daemon.run;

import dev.makima.agent.CompletionGate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one agent process of a run ended.
 *
 * @param number which one, from 1
 * @param ending what that means for a run that ends with it
 * @param stopped why it was stopped, or null where it ended by itself
 * @param loginFailure why its model refused it, where that alone was its end
 * @param gate the last completion gate that this process printed
 */
record LaunchEnd(
        int number,
        Ending ending,
        @Nullable StopReason stopped,
        Optional<String> loginFailure,
        Optional<CompletionGate> gate) {}
