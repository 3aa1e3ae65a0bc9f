package dev.makima.cli.command.base;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.LocalStack;
import dev.makima.cli.view.Printable;
import dev.makima.cli.view.Screen;
import dev.makima.cli.view.Style;
import dev.makima.cli.view.Table;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that asks the server something and prints the answer. */
public abstract class ApiCommand extends Base {
    /** Whether a program reads the answer. */
    @Option(names = "--json", description = "print JSON instead of text for people")
    protected boolean json;

    /** Which server is meant. */
    @Mixin
    protected ConnectionOptions connection = new ConnectionOptions();

    /** In that world. */
    protected ApiCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** Asks and prints; the result is the exit code. */
    protected abstract int ask(ApiClient api);

    /** Whether it makes no sense without a daemon that stays. */
    protected boolean needsRunningInstance() {
        return false;
    }

    /** What it needs where nothing runs: what only reads, or waits for a later daemon, needs the server alone. */
    protected LocalStack.Parts parts() {
        return LocalStack.Parts.SERVER;
    }

    @Override
    public Integer call() {
        // Without an instance what is needed is started for the moment; nothing is left behind.
        try (Connection open = needsRunningInstance()
                ? Connection.existing(surroundings, connection)
                : Connection.open(
                        surroundings,
                        connection,
                        parts(),
                        false,
                        note -> surroundings.err().println("makima: " + note))) {
            if (parts() == LocalStack.Parts.SERVER_AND_DAEMON && open.own()) {
                open.awaitDaemon();
            }
            return ask(open.api());
        }
    }

    /** Prints the tree on one line. */
    protected void print(JsonNode tree) {
        surroundings.out().println(Json.line(tree));
    }

    /** Prints the tree on one line, or shows it to a person. */
    protected final int answered(JsonNode tree, Consumer<JsonNode> show) {
        if (json) {
            print(tree);
        } else {
            show.accept(tree);
        }
        return ExitCode.OK;
    }

    /** A line for people, fit for a terminal; it may be indented. */
    protected final void say(String line) {
        int indent = line.length() - line.stripLeading().length();
        surroundings.out().println(" ".repeat(indent) + Printable.line(line));
    }

    /** Prints the table as wide as the terminal. */
    protected void print(Table table) {
        try (Screen screen = new Screen(surroundings)) {
            screen.print(table.lines(Style.of(surroundings), screen.width()));
        }
    }
}
