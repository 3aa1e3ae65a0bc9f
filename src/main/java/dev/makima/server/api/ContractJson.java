package dev.makima.server.api;

import static dev.makima.server.api.Json.put;

import dev.makima.server.contracts.Checklist;
import dev.makima.server.contracts.Suggestions;
import dev.makima.server.store.Contract;
import dev.makima.server.store.ContractFileTable;
import dev.makima.server.store.ContractTable;
import dev.makima.server.store.HistoryTable;
import dev.makima.server.store.QuestionTable;
import dev.makima.server.store.RepositoryTable;
import dev.makima.server.store.Task;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.List;

/** Contracts and what belongs to them as the API shows them: what is absent is left out. Stateless. */
final class ContractJson {
    private ContractJson() {}

    static JsonObject contract(Contract contract) {
        Contract.Counts counts = contract.counts();
        JsonObject json = new JsonObject()
                .put("id", contract.id().toString())
                .put("name", contract.name())
                .put("description", contract.description())
                .put("contractType", contract.type())
                .put("phase", contract.phase())
                .put("status", contract.completed() ? "completed" : "active")
                .put("autonomousLoop", contract.autonomousLoop())
                .put("localOnly", contract.localOnly())
                .put("supervisorTaskId", contract.supervisorTaskId());
        put(json, "branch", contract.branch());
        put(json, "prUrl", contract.pullRequestUrl());
        json.put("version", contract.version())
                .put(
                        "taskCounts",
                        new JsonObject()
                                .put("pending", counts.pending())
                                .put("running", counts.running())
                                .put("done", counts.done())
                                .put("failed", counts.failed())
                                .put("interrupted", counts.interrupted()));
        put(
                json,
                "costUsd",
                counts.costMicros() == null
                        ? null
                        : BigDecimal.valueOf(counts.costMicros(), 6).doubleValue());
        put(json, "inputTokens", counts.inputTokens());
        put(json, "outputTokens", counts.outputTokens());
        put(json, "createdAt", contract.createdAt());
        put(json, "updatedAt", contract.updatedAt());
        put(json, "completedAt", contract.completedAt());
        return json;
    }

    static JsonArray phases(List<ContractTable.Entered> phases) {
        JsonArray list = new JsonArray();
        phases.forEach(phase -> list.add(new JsonObject()
                .put("phase", phase.phase())
                .put("enteredAt", phase.at().toString())
                .put("by", phase.by())));
        return list;
    }

    static JsonObject repository(RepositoryTable.Repository repository) {
        JsonObject json = new JsonObject().put("id", repository.id().toString());
        put(json, "url", repository.url());
        put(json, "localPath", repository.localPath());
        put(json, "baseBranch", repository.baseBranch());
        put(json, "primary", repository.primary());
        put(json, "createdAt", repository.createdAt());
        return json;
    }

    static JsonArray repositories(List<RepositoryTable.Repository> repositories) {
        JsonArray list = new JsonArray();
        repositories.forEach(one -> list.add(repository(one)));
        return list;
    }

    static JsonArray items(Checklist checklist) {
        JsonArray list = new JsonArray();
        checklist.items().forEach(item -> {
            JsonObject json = new JsonObject()
                    .put("name", item.deliverable().name())
                    .put("kind", item.deliverable().kind().wire())
                    .put("done", item.done());
            put(json, "fileId", item.fileId() == null ? null : item.fileId().toString());
            list.add(json.put("hint", item.deliverable().hint()).put("version", item.version()));
        });
        return list;
    }

    static JsonObject checklist(Checklist checklist) {
        JsonObject json = new JsonObject().put("phase", checklist.phase()).put("items", items(checklist));
        json.put("ready", checklist.ready());
        put(json, "next", checklist.next());
        return json;
    }

    static JsonObject document(ContractFileTable.Document document, boolean withBody) {
        JsonObject json = new JsonObject()
                .put("id", document.id().toString())
                .put("name", document.name())
                .put("phase", document.phase());
        put(json, "path", document.path());
        json.put("syncState", document.syncState());
        put(json, "syncedAt", document.syncedAt());
        put(json, "syncError", document.syncError());
        json.put("version", document.version()).put("length", document.length());
        put(json, "updatedAt", document.updatedAt());
        if (withBody) {
            json.put("body", document.body());
        }
        return json;
    }

    static JsonObject question(QuestionTable.Asked asked) {
        JsonObject json = new JsonObject()
                .put("id", asked.id().toString())
                .put("taskId", asked.taskId().toString())
                .put("question", asked.question())
                .put("choices", new JsonArray(List.copyOf(asked.choices())));
        put(json, "context", asked.context());
        put(json, "askedAt", asked.askedAt());
        put(json, "expiresAt", asked.expiresAt());
        put(json, "answer", asked.answer());
        put(json, "answeredAt", asked.answeredAt());
        return json;
    }

    static JsonArray questions(List<QuestionTable.Asked> questions) {
        JsonArray list = new JsonArray();
        questions.forEach(asked -> list.add(question(asked)));
        return list;
    }

    static JsonObject event(HistoryTable.Event event) {
        JsonObject json = new JsonObject().put("id", event.id());
        put(json, "at", event.at());
        json.put("kind", event.kind());
        put(json, "contractId", event.contractId());
        put(json, "taskId", event.taskId());
        return json.put("body", new JsonObject(event.body()));
    }

    static JsonObject suggestion(Suggestions.Suggestion suggestion) {
        JsonObject json = new JsonObject().put("action", suggestion.action()).put("why", suggestion.why());
        put(json, "command", suggestion.command());
        put(json, "taskId", suggestion.taskId());
        put(json, "fileId", suggestion.fileId());
        return json;
    }

    static JsonObject node(Task task) {
        JsonObject json = new JsonObject()
                .put("id", task.id().toString())
                .put("name", task.name())
                .put("status", task.status().wire());
        put(json, "parentTaskId", task.spec().parentTaskId());
        put(json, "continueFromTaskId", task.spec().continueFromTaskId());
        return json.put("isSupervisor", task.spec().isSupervisor())
                .put("depth", task.spec().depth());
    }
}
