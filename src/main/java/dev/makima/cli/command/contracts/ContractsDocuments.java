package dev.makima.cli.command.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.Pages;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Printable;
import dev.makima.cli.view.Progress;
import dev.makima.cli.view.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of {@code makima contracts} about its documents. */
final class ContractsDocuments {
    /** A little longer than a daemon has for its answer. */
    private static final Duration SYNCED_WITHIN = Duration.ofSeconds(35);

    private ContractsDocuments() {}

    /** The document of that id or name; null where there is none. */
    private static @Nullable JsonNode found(ApiClient api, String path, String idOrName) {
        @Nullable JsonNode named = null;
        for (JsonNode one : Pages.all(api, path + "/files", "files").path("files")) {
            if (one.path("id").asText().equals(idOrName)) {
                return one;
            }
            if (one.path("name").asText().equals(idOrName)) {
                named = one;
            }
        }
        return named;
    }

    private static JsonNode need(ApiClient api, String path, String idOrName) {
        @Nullable JsonNode document = found(api, path, idOrName);
        if (document == null) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND, "the contract has no document " + idOrName, "See: makima contracts files");
        }
        return document;
    }

    private static String path(String contract, JsonNode document) {
        return contract + "/files/" + document.path("id").asText();
    }

    /** makima contracts files. */
    @Command(
            name = "files",
            sortOptions = false,
            description = "Lists a contract's documents.",
            footer = {"", "Example:", "  makima contracts files 1a2b3c4d"})
    static final class Files extends OneContractCommand {
        Files(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected int ask(ApiClient api) {
            JsonNode answer = Pages.all(api, path(api) + "/files", "files");
            if (json) {
                print(answer);
                return ExitCode.OK;
            }
            if (answer.path("files").isEmpty()) {
                say("No documents yet. Make one with: makima contracts write " + contract + " NAME < FILE");
                return ExitCode.OK;
            }
            Table table = new Table("ID", "NAME", "PHASE", "SYNC", "IN THE REPOSITORY", "CHANGED");
            for (JsonNode one : answer.path("files")) {
                table.row(
                        one.path("id").asText(),
                        one.path("name").asText(),
                        one.path("phase").asText(""),
                        one.path("syncState").asText(""),
                        one.path("path").asText("-"),
                        Amounts.ago(one.path("updatedAt").asText(null), Instant.now()));
            }
            print(table);
            return ExitCode.OK;
        }
    }

    /** A command about one document. */
    abstract static class One extends OneContractCommand {
        @Parameters(index = "1", paramLabel = "DOCUMENT", description = "its id, or its name")
        String document = "";

        One(Surroundings surroundings) {
            super(surroundings);
        }
    }

    /** makima contracts file. */
    @Command(
            name = "file",
            sortOptions = false,
            description = "Prints one of a contract's documents.",
            footer = {"", "Examples:", "  makima contracts file 1a2b3c4d Research > research.md"})
    static final class File extends One {
        File(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected int ask(ApiClient api) {
            String of = path(api);
            JsonNode whole = api.get(ContractsDocuments.path(of, need(api, of, document)));
            if (json) {
                print(whole);
            } else {
                String body = whole.path("body").asText("");
                surroundings.out().print(surroundings.terminal() ? Printable.text(body) : body);
            }
            return ExitCode.OK;
        }
    }

    /** makima contracts write. */
    @Command(
            name = "write",
            sortOptions = false,
            description = "Makes a document of standard input, or replaces the text of the one that has the name.",
            footer = {
                "",
                "Examples:",
                "  makima contracts write 1a2b3c4d Requirements < requirements.md",
                "  makima contracts write 1a2b3c4d Format --path docs/format.md < docs/format.md"
            })
    static final class Write extends One {
        @Option(names = "--path", paramLabel = "PATH", description = "the file of the repository that it stands for")
        @Nullable
        String file;

        Write(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected int ask(ApiClient api) {
            ObjectNode request = Json.object().put("body", input());
            String path = path(api);
            @Nullable JsonNode there = found(api, path, document);
            if (file != null) {
                request.put("path", file);
            }
            JsonNode answer = there == null
                    ? api.post(path + "/files", request.put("name", document))
                    : api.put(ContractsDocuments.path(path, there), request);
            if (json) {
                print(answer);
            } else {
                say((there == null ? "Made: " : "Replaced: ")
                        + answer.path("name").asText());
            }
            return ExitCode.OK;
        }

        private String input() {
            try {
                return new String(surroundings.in().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new MakimaException(ErrorCode.IO, "cannot read standard input: " + e, null, e);
            }
        }
    }

    /** makima contracts sync. */
    @Command(
            name = "sync",
            sortOptions = false,
            description = {
                "Reads a document anew from its file of the repository, at a daemon that has it.",
                "Exit code 1 where that fails, 5 where no daemon answers in time."
            },
            footer = {
                "",
                "Examples:",
                "  makima contracts sync 1a2b3c4d Format",
                "  makima contracts sync 1a2b3c4d Format --path docs/format.md --from worktree"
            })
    static final class Sync extends One {
        @Option(
                names = "--path",
                paramLabel = "PATH",
                description = "from this file from now on; default: the document's")
        @Nullable
        String file;

        @Option(
                names = "--from",
                paramLabel = "PLACE",
                completionCandidates = ContractCandidates.Places.class,
                description = "repository (the contract's primary one) or worktree (the supervisor's); default: the"
                        + " repository where the daemon's machine has it, else the worktree")
        @Nullable
        String place;

        Sync(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected int ask(ApiClient api) {
            String of = path(api);
            JsonNode known = need(api, of, document);
            if (file == null && !known.hasNonNull("path")) {
                throw new MakimaException(
                        ErrorCode.VALIDATION,
                        "the document " + document + " stands for no file of the repository",
                        "Name one, such as: --path docs/plan.md");
            }
            String path = ContractsDocuments.path(of, known);
            ObjectNode request = Json.object();
            if (file != null) {
                request.put("path", file);
            }
            if (place != null) {
                request.put("from", place);
            }
            api.post(path + "/sync", request);
            JsonNode now = settled(api, path);
            String state = now.path("syncState").asText();
            if (state.equals("pending")) {
                throw new MakimaException(
                        ErrorCode.TIMEOUT,
                        "the document " + document + " has not been read within " + SYNCED_WITHIN.toSeconds() + " s",
                        "See later: makima contracts files " + contract);
            }
            if (json) {
                print(now);
            } else if (state.equals("failed")) {
                throw new MakimaException(
                        ErrorCode.COMMAND_FAILED,
                        "the document could not be read: "
                                + now.path("syncError").asText("no reason is given"),
                        "See what it is read from: makima contracts files " + contract);
            } else {
                say("Read: " + now.path("name").asText());
            }
            return state.equals("failed") ? ExitCode.FAILURE : ExitCode.OK;
        }

        private JsonNode settled(ApiClient api, String path) {
            long deadline = System.nanoTime() + SYNCED_WITHIN.toNanos();
            try (Progress _ = Progress.show(surroundings, () -> "waiting for the daemon that reads it")) {
                JsonNode now = api.get(path);
                while (now.path("syncState").asText().equals("pending") && System.nanoTime() < deadline) {
                    LockSupport.parkNanos(200_000_000);
                    now = api.get(path);
                }
                return now;
            }
        }
    }
}
