package dev.makima.cli.command.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.Pages;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Table;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of {@code makima contracts} about what supervisors ask. */
final class ContractsQuestions {
    private ContractsQuestions() {}

    /** makima contracts questions. */
    @Command(
            name = "questions",
            sortOptions = false,
            description = "Lists what a contract's supervisor has asked, and the answers.",
            footer = {
                "",
                "Examples:",
                "  makima contracts questions 1a2b3c4d",
                "  makima contracts questions 1a2b3c4d --open --json"
            })
    static final class Questions extends OneContractCommand {
        @Option(names = "--open", description = "only those that wait for an answer")
        boolean open;

        Questions(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected int ask(ApiClient api) {
            JsonNode answer = Pages.all(api, path(api) + "/questions" + (open ? "?open=true" : ""), "questions");
            if (json) {
                print(answer);
                return ExitCode.OK;
            }
            if (answer.path("questions").isEmpty()) {
                say(open ? "No open questions." : "Nothing was asked.");
                return ExitCode.OK;
            }
            Table table = new Table("ID", "ASKED", "ANSWER", "QUESTION");
            for (JsonNode asked : answer.path("questions")) {
                table.row(
                        asked.path("id").asText(),
                        Amounts.ago(asked.path("askedAt").asText(null), Instant.now()),
                        asked.path("answer").asText(isOpen(asked) ? "-" : "none in time"),
                        asked.path("question").asText());
            }
            print(table);
            return ExitCode.OK;
        }

        /** Whether it can still be answered, by the clock of this machine; a server that does not say takes answers. */
        private static boolean isOpen(JsonNode asked) {
            return !asked.hasNonNull("expiresAt")
                    || Instant.parse(asked.path("expiresAt").asText()).isAfter(Instant.now());
        }
    }

    /** makima contracts answer. */
    @Command(
            name = "answer",
            sortOptions = false,
            description = "Answers what a contract's supervisor asks: its oldest open question, or the one named.",
            footer = {"", "Example:", "  makima contracts answer 1a2b3c4d yes"})
    static final class Answer extends OneContractCommand {
        @Parameters(index = "1..*", arity = "1..*", paramLabel = "ANSWER", description = "the answer; words are joined")
        List<String> words = List.of();

        @Option(names = "--question", paramLabel = "ID", description = "that question; default: the oldest open one")
        @Nullable
        String question;

        Answer(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected int ask(ApiClient api) {
            String path = path(api);
            String id = question == null ? oldest(api, path) : question;
            JsonNode answered = api.post(
                    path + "/questions/" + ApiClient.encode(id) + "/answer",
                    Json.object().put("answer", String.join(" ", words)));
            if (json) {
                print(answered);
            } else {
                surroundings
                        .out()
                        .println("Answered: " + answered.path("question").asText());
            }
            return ExitCode.OK;
        }

        private String oldest(ApiClient api, String path) {
            JsonNode open = api.get(path + "/questions?open=true").path("questions");
            if (open.isEmpty()) {
                throw new MakimaException(
                        ErrorCode.NOT_FOUND,
                        "nothing is asked",
                        "Say something to the supervisor by: makima tasks message TASK TEXT");
            }
            return open.get(0).path("id").asText();
        }
    }
}
