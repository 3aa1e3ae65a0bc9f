package dev.makima.cli.command.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.command.base.Base;
import dev.makima.cli.command.base.Connection;
import dev.makima.cli.command.base.ConnectionOptions;
import dev.makima.cli.command.base.IdBeginning;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** makima ids: what completion scripts offer where something with an id is meant. */
@Command(
        name = "ids",
        hidden = true,
        description = {
            "Prints the newest things of a kind for a completion script: each a line of its id, a tab, and what it is.",
            "Where there is no server, or none that answers at once, it prints nothing."
        },
        footer = {"", "Example:", "  makima ids task"})
final class IdsCommand extends Base {
    /** Somebody waits in the middle of a line. */
    private static final Duration PATIENCE_DEFAULT = Duration.ofMillis(1500);

    /** Shells expand what they are offered, so a name from elsewhere is offered only where there is nothing to expand. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    /** What has an id. */
    enum Kind {
        task,
        contract,
        daemon,
        key
    }

    @Parameters(paramLabel = "KIND", description = "task, contract, daemon or key")
    Kind kind = Kind.task;

    private final Duration patience;

    IdsCommand(Surroundings surroundings) {
        this(surroundings, PATIENCE_DEFAULT);
    }

    IdsCommand(Surroundings surroundings, Duration patience) {
        super(surroundings);
        this.patience = patience;
    }

    @Override
    public Integer call() throws InterruptedException {
        FutureTask<List<String>> asked = new FutureTask<>(this::lines);
        Thread.ofVirtual().name("makima-ids").start(asked);
        try {
            asked.get(patience.toMillis(), TimeUnit.MILLISECONDS).forEach(surroundings.out()::println);
        } catch (ExecutionException | TimeoutException e) {
            // Nothing is offered then; an error in the middle of a line that somebody types helps nobody.
        }
        return ExitCode.OK;
    }

    private List<String> lines() {
        try (Connection connection = Connection.existing(surroundings, new ConnectionOptions())) {
            ApiClient api = connection.api();
            return switch (kind) {
                case task -> named(api.get("/mesh/tasks?limit=100").path("tasks"), "name");
                case contract -> named(api.get("/contracts?limit=100").path("contracts"), "name");
                case daemon -> daemons(api.get("/mesh/daemons").path("daemons"));
                case key -> keys(api.get("/keys?limit=100").path("keys"));
            };
        }
    }

    private static List<String> named(JsonNode all, String name) {
        List<String> lines = new ArrayList<>();
        for (JsonNode one : all) {
            lines.add(line(IdBeginning.brief(one.path("id")), one, name));
        }
        return lines;
    }

    /** Those that are worth something still: to revoke one is all that its id is for. */
    private static List<String> keys(JsonNode all) {
        List<String> lines = new ArrayList<>();
        for (JsonNode one : all) {
            if (!one.hasNonNull("revokedAt")) {
                String what =
                        one.path("name").asText() + " of " + one.path("user").asText();
                lines.add(IdBeginning.brief(one.path("id")) + "\t" + Printable.line(what));
            }
        }
        return lines;
    }

    /** By the name of the machine too, which is what people know; where several have it, it names none of them. */
    private static List<String> daemons(JsonNode all) {
        List<String> lines = named(all, "hostname");
        List<String> hosts = all.findValuesAsText("hostname");
        for (JsonNode one : all) {
            String host = one.path("hostname").asText();
            if (PLAIN.matcher(host).matches() && Collections.frequency(hosts, host) == 1) {
                lines.add(line(host, one, "id"));
            }
        }
        return lines;
    }

    private static String line(String offered, JsonNode one, String name) {
        return offered + "\t"
                + Printable.line(
                        one.path("status").asText() + " " + one.path(name).asText());
    }
}
