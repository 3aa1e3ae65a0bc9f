package dev.makima.cli.command.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import dev.makima.base.RelativePath;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.Connection;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What an {@link AgentCommand} was called with. Every reader throws VALIDATION for what is missing or wrong. */
final class AgentCall implements AutoCloseable {
    private final Surroundings surroundings;
    private final AgentOptions options;
    private final CommandSpec spec;
    private @Nullable Connection open;

    AgentCall(Surroundings surroundings, AgentOptions options, CommandSpec spec) {
        this.surroundings = surroundings;
        this.options = options;
        this.spec = spec;
    }

    /** A line for the person who called it by hand, while something is waited for. */
    Progress waiting(Supplier<String> text) {
        return Progress.show(surroundings, text);
    }

    /** The client of the server that is meant; connects to nothing before the first request. */
    ApiClient api() {
        Connection connection = open == null ? Connection.existing(surroundings, options.connection()) : open;
        open = connection;
        return connection.api();
    }

    /** The calling agent's task. */
    String self() {
        return options.selfTask(surroundings);
    }

    /** The contract it is called for. */
    String contract() {
        return options.contract(surroundings);
    }

    /** The contract, or null where there is none. */
    @Nullable
    String contractIfAny() {
        return options.contractIfAny(surroundings);
    }

    /** The directive it is called for. */
    String directive() {
        return options.directive(surroundings);
    }

    /** A parameter or option that is no empty text. */
    String text(String name) {
        String text = optional(name);
        if (text == null || text.isBlank()) {
            throw wrong(name + " is empty", "Say what is meant, in quotes");
        }
        return text;
    }

    /** A parameter or option, or null where it is not given. */
    @Nullable
    String optional(String name) {
        return (String) value(name);
    }

    /** A number that is at least so large; null where it is not given. */
    @Nullable
    Long number(String name, long least) {
        Long number = (Long) value(name);
        if (number != null && number < least) {
            throw wrong(name + " is " + number, "Give " + least + " or more");
        }
        return number;
    }

    /** Whether a switch is given. */
    boolean flag(String name) {
        return Boolean.TRUE.equals(value(name));
    }

    /** A task's id or its beginning, as it was given. */
    String task(String name) {
        return TaskReference.checked(text(name));
    }

    /** A task's whole id; asks the server where only the beginning is given. */
    String resolved(String name) {
        String given = task(name);
        return TaskReference.resolve(api(), given);
    }

    /** The name of a branch, or null where it is not given. */
    @Nullable
    String branch(String name) {
        String given = optional(name);
        return given == null ? null : new RefName(given).value();
    }

    /** One of these words. */
    String oneOf(String name, List<String> words) {
        String given = text(name);
        if (!words.contains(given)) {
            throw wrong(name + " is " + given, "Give one of " + String.join(", ", words));
        }
        return given;
    }

    /** What is between the commas; empty where it is not given. */
    List<String> list(String name) {
        String given = optional(name);
        return given == null
                ? List.of()
                : Arrays.stream(given.split(","))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList();
    }

    /** Relative paths between commas. */
    List<String> paths(String name) {
        List<String> paths = list(name);
        paths.forEach(RelativePath::new);
        return paths;
    }

    /** A list in JSON. */
    JsonNode jsonList(String name) {
        JsonNode tree;
        try {
            tree = Json.read(name, text(name));
        } catch (MakimaException e) {
            throw new MakimaException(ErrorCode.VALIDATION, e.what(), "Give a list, in single quotes", e);
        }
        if (!tree.isArray() || tree.isEmpty()) {
            throw wrong(name + " is no list, or an empty one", "Give a list such as [{\"name\": …}]");
        }
        return tree;
    }

    /** Standard input as text. */
    String input() {
        try {
            String text = new String(surroundings.in().readAllBytes(), StandardCharsets.UTF_8);
            if (text.isBlank()) {
                throw wrong("there is nothing on standard input", "Give the content: … < notes.md");
            }
            return text;
        } catch (IOException e) {
            throw new MakimaException(ErrorCode.IO, "cannot read standard input: " + e, null, e);
        }
    }

    /** The failure of what the server cannot do yet, once the input is known to be right. */
    MakimaException notYet() {
        return new MakimaException(
                ErrorCode.UNAVAILABLE,
                "the server of this version cannot do that yet: " + spec.qualifiedName(),
                "Go on without it where you can, and say in your summary what could not be done");
    }

    private static MakimaException wrong(String what, String cure) {
        return new MakimaException(ErrorCode.VALIDATION, what, cure);
    }

    private @Nullable Object value(String name) {
        OptionSpec option = spec.findOption(name);
        if (option != null) {
            return option.getValue();
        }
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            if (parameter.paramLabel().equals(name)) {
                return parameter.getValue();
            }
        }
        throw new IllegalArgumentException(spec.qualifiedName() + " has no " + name);
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
        }
    }
}
