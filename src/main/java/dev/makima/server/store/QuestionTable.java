package dev.makima.server.store;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What supervisors ask people. Thread-safe. */
public final class QuestionTable {
    private static final int OPEN_MAX = 50;

    private final Database database;
    private final Chronicle chronicle;
    private final Reads reads;

    QuestionTable(Database database, Chronicle chronicle, Reads reads) {
        this.database = database;
        this.chronicle = chronicle;
        this.reads = reads;
    }

    /**
     * A question.
     *
     * @param choices what is to be chosen from; empty for any text
     */
    public record Asked(
            UUID id,
            UUID contractId,
            TaskId taskId,
            String question,
            List<String> choices,
            @Nullable String context,
            Instant askedAt,
            Instant expiresAt,
            @Nullable String answer,
            @Nullable Instant answeredAt) {
        /** Where in the list of its contract's it is. */
        public TaskTable.Position position() {
            return new TaskTable.Position(askedAt, id.toString());
        }

        /** Whether somebody may still answer it. */
        public boolean isOpen(Instant now) {
            return answer == null && expiresAt.isAfter(now);
        }
    }

    /** Asks. Fails with CONFLICT where 50 are open. */
    public Future<UUID> ask(Asked asked) {
        return chronicle.write(asked.askedAt(), (session, page) -> {
            int made = session.update(
                    "insert into contract_question (id, contract_id, task_id, question, choices, context, asked_at,"
                            + " expires_at) select ?, c.id, ?, ?, ?, ?, ?, ? from contract c where c.id = ?"
                            + " and (select count(*) from contract_question q where q.contract_id = c.id"
                            + " and q.answer is null and q.expires_at > ?) < ?",
                    asked.id(),
                    asked.taskId(),
                    asked.question(),
                    asked.choices().isEmpty() ? null : String.join("\n", asked.choices()),
                    asked.context(),
                    asked.askedAt(),
                    asked.expiresAt(),
                    asked.contractId(),
                    asked.askedAt(),
                    OPEN_MAX);
            if (made == 0) {
                throw new MakimaException(
                        ErrorCode.CONFLICT, OPEN_MAX + " questions are open already", "Wait for answers");
            }
            EntryTable.own(session, asked.taskId(), entry(asked), asked.askedAt());
            page.ofContract(asked.contractId(), asked.taskId(), "question_asked", happened(asked));
            return asked.id();
        });
    }

    private static JsonObject happened(Asked asked) {
        JsonObject body = new JsonObject()
                .put("questionId", asked.id().toString())
                .put("question", asked.question())
                .put("choices", new JsonArray(List.copyOf(asked.choices())))
                .put("expiresAt", asked.expiresAt().toString());
        return asked.context() == null ? body : body.put("context", asked.context());
    }

    private static String entry(Asked asked) {
        JsonObject input = new JsonObject()
                .put("question_id", asked.id().toString())
                .put("choices", new JsonArray(List.copyOf(asked.choices())))
                .put("context", asked.context());
        return new JsonObject()
                .put("messageType", "supervisor_question")
                .put("content", asked.question())
                .put("toolInput", input)
                .put("stream", "daemon")
                .encode();
    }

    /** One of a contract. */
    public Future<Optional<Asked>> get(UUID contractId, UUID id) {
        return read("contract_id = ? and id = ?", contractId.toString(), id.toString())
                .map(found -> found.stream().findFirst());
    }

    /**
     * Those of a contract, oldest first.
     *
     * @param openAt only those that may still be answered then; null for all
     * @param behind the last one of the page before; null for the first page
     */
    public Future<List<Asked>> list(
            UUID contractId, @Nullable Instant openAt, TaskTable.@Nullable Position behind, int limit) {
        List<Object> arguments = new ArrayList<>(List.of(contractId.toString()));
        String open = "";
        if (openAt != null) {
            open = " and answer is null and expires_at > ?";
            arguments.add(openAt.toEpochMilli());
        }
        String page = OldestFirst.page("asked_at", arguments, behind, limit);
        return read("contract_id = ?" + open + page, arguments.toArray());
    }

    /** All of a contract that may still be answered, oldest first. */
    public Future<List<Asked>> open(UUID contractId, Instant now) {
        return list(contractId, now, null, OPEN_MAX);
    }

    /** Those that were answered before that time, and whose answer did not reach who asked. */
    public Future<List<Asked>> untold(Instant before) {
        return read("fetched = 0 and answered_at is not null and answered_at <= ? limit 50", before.toEpochMilli());
    }

    private Future<List<Asked>> read(String where, Object... arguments) {
        return reads.query(
                "select * from contract_question where " + where,
                row -> {
                    String choices = Columns.textOrNull(row, "choices");
                    return new Asked(
                            UUID.fromString(Columns.text(row, "id")),
                            UUID.fromString(Columns.text(row, "contract_id")),
                            TaskId.of(Columns.text(row, "task_id")),
                            Columns.text(row, "question"),
                            choices == null ? List.of() : List.of(choices.split("\n")),
                            Columns.textOrNull(row, "context"),
                            Columns.instant(row, "asked_at"),
                            Columns.instant(row, "expires_at"),
                            Columns.textOrNull(row, "answer"),
                            Columns.instantOrNull(row, "answered_at"));
                },
                arguments);
    }

    /** Answers one, and says whether it was open */
    public Future<Boolean> answer(UUID contractId, UUID id, String answer, Instant now) {
        return chronicle.write(now, (session, page) -> {
            Optional<TaskId> asker = session.one(
                    "update contract_question set answer = ?, answered_at = ? where id = ? and contract_id = ?"
                            + " and answer is null and expires_at > ? returning task_id",
                    row -> TaskId.of(row.text("task_id")),
                    answer,
                    now,
                    id,
                    contractId,
                    now);
            if (asker.isPresent()) {
                page.ofContract(
                        contractId,
                        asker.get(),
                        "question_answered",
                        new JsonObject().put("questionId", id.toString()).put("answer", answer));
            }
            return asker.isPresent();
        });
    }

    /** Whoever asked has the answer, and says whether that is new */
    public Future<Boolean> fetched(UUID id) {
        return Writes.future(database.write(session ->
                session.update("update contract_question set fetched = 1 where id = ? and fetched = 0", id) > 0));
    }
}
