package dev.makima.agent;

import java.util.ArrayList;
import java.util.List;

/** The command line of Claude Code. Pure. */
public final class ClaudeCommand {
    private ClaudeCommand() {}

    /**
     * The arguments, the executable first. Optional flags that the version does not know are left out; a caller that
     * cannot do without one asks {@link ClaudeFlag#isKnownTo}.
     */
    public static List<String> build(ClaudeOptions options) {
        List<String> command = new ArrayList<>();
        command.add(options.executable());
        command.addAll(options.preArgs());
        command.add("--output-format=stream-json");
        command.add("--input-format=stream-json");
        command.add(options.resume() ? "--resume" : "--session-id");
        command.add(options.sessionId().toString());
        if (options.verbose()) {
            command.add("--verbose");
        }
        if (options.skipPermissions()) {
            command.add("--dangerously-skip-permissions");
        }
        options.systemPromptFile().ifPresent(file -> {
            add(command, options, ClaudeFlag.APPEND_SYSTEM_PROMPT_FILE, file.toString());
            // Else a resumed conversation silently goes on under the text it was begun with.
            add(command, options, ClaudeFlag.SYSTEM_PROMPT_SNAPSHOT, "off");
        });
        options.model().ifPresent(model -> {
            command.add("--model");
            command.add(model);
        });
        options.maxCostUsd().ifPresent(cost -> add(command, options, ClaudeFlag.MAX_BUDGET, cost.toPlainString()));
        command.addAll(options.extraArgs());
        return List.copyOf(command);
    }

    private static void add(List<String> command, ClaudeOptions options, ClaudeFlag flag, String value) {
        if (flag.isKnownTo(options.version())) {
            command.add(flag.flag());
            command.add(value);
        }
    }
}
