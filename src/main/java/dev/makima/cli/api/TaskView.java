package dev.makima.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A task as the REST API tells it; what the command line does not show is left out. */
public record TaskView(
        String id,
        String name,
        @Nullable String plan,
        String status,
        @Nullable Boolean queued,
        @Nullable Boolean startRequested,
        @Nullable String repositoryUrl,
        @Nullable String baseBranch,
        @Nullable String targetBranch,
        @Nullable String targetRepoPath,
        @Nullable String completionAction,
        @Nullable String daemonId,
        @Nullable String agent,
        @Nullable String model,
        @Nullable String progressSummary,
        @Nullable String errorMessage,
        @Nullable String prUrl,
        @Nullable String branch,
        @Nullable String commitSha,
        @Nullable Integer filesChanged,
        @Nullable Integer insertions,
        @Nullable Integer deletions,
        @Nullable String worktreePath,
        @Nullable String completionMessage,
        @Nullable Boolean completionSucceeded,
        @Nullable Double costUsd,
        @Nullable Long durationMs,
        @Nullable Integer turns,
        long lastSeq,
        @Nullable String createdAt,
        @Nullable String startedAt,
        @Nullable String completedAt) {

    /** Absent texts of what every task has are empty ones. */
    public TaskView {
        id = id == null ? "" : id;
        name = name == null ? "" : name;
        status = status == null ? "" : status;
    }

    /** Reads it. */
    public static TaskView of(JsonNode tree) {
        return Json.as(tree, TaskView.class);
    }

    /** The first 8 hex digits of its id: enough for people. */
    public String shortId() {
        return id.length() > 8 ? id.substring(0, 8) : id;
    }

    /** How long it took from its start to its end; nothing while it runs, or where a server does not say. */
    public OptionalLong tookMillis() {
        if (startedAt == null || completedAt == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Duration.between(Instant.parse(startedAt), Instant.parse(completedAt))
                    .toMillis());
        } catch (DateTimeParseException e) {
            // Another server's idea of a time: then the caller's own clock has to do.
            return OptionalLong.empty();
        }
    }

    /** Whether a daemon has it in hand. */
    public boolean active() {
        return !ended() && !status.equals("pending");
    }

    /** Whether its run is over. */
    public boolean ended() {
        return switch (status) {
            case "done", "failed", "interrupted" -> true;
            default -> false; // a String from outside: every other status, known or not, goes on
        };
    }

    /** Whether it is done, and its work did not get where it was to go: a conflict, a push that was refused. */
    public boolean doneButNotDelivered() {
        return status.equals("done") && Boolean.FALSE.equals(completionSucceeded);
    }

    /** Whether it was made and is to be started by somebody yet; a server that does not say so is taken to have. */
    public boolean draft() {
        return waiting() && Boolean.FALSE.equals(startRequested);
    }

    /** Whether it waits for a daemon to take it. */
    public boolean waiting() {
        return status.equals("pending");
    }
}
