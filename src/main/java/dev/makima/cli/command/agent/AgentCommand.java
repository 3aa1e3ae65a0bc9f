package dev.makima.cli.command.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.Base;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A command that agents call: reads its input, does one thing, prints JSON.
 *
 * <p>There are dozens of them, so each is a few lines that describe it rather than a class: {@link #named}, then its
 * parameters and options, then {@link #does}.
 */
final class AgentCommand extends Base {
    /** What a command does. */
    @FunctionalInterface
    interface Deed {
        /** Does it, having checked the input; what it returns is printed. */
        JsonNode done(AgentCall call);
    }

    @Mixin
    AgentOptions options = new AgentOptions();

    private final CommandSpec spec;
    private @Nullable Deed deed;
    private int parameters;

    private AgentCommand(Surroundings surroundings, String name, String description) {
        super(surroundings);
        this.spec = CommandSpec.forAnnotatedObject(this).name(name);
        spec.usageMessage().description(description).sortOptions(false);
    }

    /** A command without parameters so far. */
    static AgentCommand named(Surroundings surroundings, String name, String description) {
        return new AgentCommand(surroundings, name, description);
    }

    /** One more parameter, which has to be given. */
    AgentCommand parameter(String label, String description) {
        return positional(label, "1", description, String.class, List.of());
    }

    /** One more parameter, which has to be given, one of these words. */
    AgentCommand choice(String label, List<String> words, String description) {
        return positional(label, "1", description, String.class, words);
    }

    /** One more parameter, which may be left out; a number where its type is. */
    AgentCommand optional(String label, String description, Class<?> type) {
        return positional(label, "0..1", description, type, List.of());
    }

    private AgentCommand positional(String label, String arity, String description, Class<?> type, List<String> words) {
        spec.addPositional(PositionalParamSpec.builder()
                .index(Integer.toString(parameters++))
                .arity(arity)
                .required(arity.equals("1"))
                .paramLabel(label)
                .description(description)
                .type(type)
                .completionCandidates(words)
                .build());
        return this;
    }

    /** An option that takes a text. */
    AgentCommand option(String name, String label, String description) {
        return option(name, label, description, String.class, false);
    }

    /** An option that has to be given. */
    AgentCommand needed(String name, String label, String description) {
        return option(name, label, description, String.class, true);
    }

    /** An option that takes a value of some type; a switch where that is boolean. */
    AgentCommand option(String name, String label, String description, Class<?> type, boolean required) {
        OptionSpec.Builder option = OptionSpec.builder(name)
                .description(description)
                .type(type)
                .arity(type == boolean.class ? "0" : "1")
                .required(required);
        if (type != boolean.class) {
            option.paramLabel(label);
        }
        spec.addOption(option.build());
        return this;
    }

    /** What it does, and how it is called; then it is whole. */
    CommandLine does(Deed what, String... examples) {
        deed = what;
        if (spec.findOption("--json") == null) {
            // Other commands have it, so agents write it here too: it is what they get in any case.
            spec.addOption(OptionSpec.builder("--json")
                    .arity("0")
                    .hidden(true)
                    .description("what it prints is JSON in any case")
                    .build());
        }
        String[] footer = new String[examples.length + 2];
        footer[0] = "";
        footer[1] = examples.length == 1 ? "Example:" : "Examples:";
        for (int i = 0; i < examples.length; i++) {
            footer[i + 2] = "  " + examples[i];
        }
        spec.usageMessage().footer(footer);
        return new CommandLine(spec);
    }

    @Override
    public Integer call() {
        if (deed == null) {
            throw new IllegalStateException("nothing is done by " + spec.qualifiedName());
        }
        try (AgentCall call = new AgentCall(surroundings, options, spec)) {
            JsonNode answer = deed.done(call);
            surroundings.out().println(Json.line(answer));
            // An agent goes by the exit code: what was asked for and not done, such as a merge with conflicts, has to
            // show.
            return answer.path("success").asBoolean(true) ? ExitCode.OK : ExitCode.FAILURE;
        }
    }
}
