package dev.makima.testkit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a peer that knows only the base protocol can read: per frame type the fields it needs. A field is written
 * {@code name} (text), {@code name:int}, {@code name:bool}, {@code name:list}; with {@code =} in place of the colon it
 * may be absent but never null. Optional fields are not listed: they may be absent, null, or of any kind.
 */
public final class BaseProtocol {
    /** Where daemons connect. */
    public static final String PATH = "/api/v1/mesh/daemons/connect";

    /** What a daemon may send. */
    private static final Map<String, List<Field>> UP = table(
            "authenticate apiKey machineId hostname maxConcurrentTasks:int",
            "daemonDirectories workingDirectory homeDirectory worktreesDirectory",
            "heartbeat activeTasks:list",
            "supervisorHeartbeat taskId contractId state phase progress:int pendingTaskIds:list timestamp",
            "taskOutput taskId output isPartial:bool",
            "taskStatusChange taskId oldStatus newStatus",
            "taskProgress taskId summary",
            "taskComplete taskId success:bool",
            "taskRecoveryDetected taskId previousState worktreeIntact:bool needsPatch:bool",
            "registerToolKey taskId key",
            "revokeToolKey taskId",
            "authenticationRequired loginUrl",
            "reauthStatus requestId status tokenSaved:bool",
            "branchList taskId branches:list",
            "mergeStatusResponse taskId inProgress:bool conflictedFiles:list",
            "mergeResult taskId success:bool message",
            "mergeCompleteCheck taskId canComplete:bool unmergedBranches:list mergedCount:int skippedCount:int",
            "completionActionResult taskId success:bool message",
            "cloneWorktreeResult taskId success:bool message",
            "checkTargetExistsResult taskId exists:bool targetDir",
            "repoFileContent requestId filePath success:bool",
            "branchCreated branchName success:bool",
            "checkpointCreated taskId success:bool message patchFilesCount=int",
            "gitConfigInherited success:bool",
            "exportPatchCreated taskId success:bool",
            "mergeToTargetResult taskId success:bool message",
            "prCreated taskId success:bool message",
            "worktreeInfoResult taskId success:bool exists:bool filesChanged:int insertions:int deletions:int",
            "worktreeDiffResult taskId success:bool",
            "taskDiff taskId success:bool",
            "worktreeCommitResult taskId success:bool",
            "cleanupWorktreeResult taskId success:bool message",
            "mergePatchToSupervisor taskId supervisorTaskId patchData baseSha");

    /** What a server may send. */
    private static final Map<String, List<Field>> DOWN = table(
            "authenticated daemonId",
            "error code message",
            "spawnTask taskId taskName plan depth:int isOrchestrator:bool isSupervisor=bool autonomousLoop=bool"
                    + " resumeSession=bool localOnly=bool autoMergeLocal=bool",
            "pauseTask taskId",
            "resumeTask taskId",
            "interruptTask taskId graceful:bool",
            "sendMessage taskId message",
            "injectSiblingContext taskId siblingTaskId siblingName siblingStatus changedFiles:list",
            "listBranches taskId",
            "mergeStart taskId sourceBranch",
            "mergeStatus taskId",
            "mergeAbort taskId",
            "checkMergeComplete taskId",
            "mergeResolve taskId file strategy",
            "mergeCommit taskId message",
            "mergeSkip taskId subtaskId reason",
            "retryCompletionAction taskId taskName action targetRepoPath",
            "cloneWorktree taskId targetDir",
            "checkTargetExists taskId targetDir",
            "readRepoFile requestId contractId filePath repoPath",
            "createBranch taskId branchName",
            "mergeTaskToTarget taskId squash:bool",
            "createPR taskId title",
            "getTaskDiff taskId",
            "getWorktreeDiff taskId",
            "getWorktreeInfo taskId",
            "commitWorktree taskId",
            "createCheckpoint taskId message",
            "createExportPatch taskId",
            "applyPatchToWorktree targetTaskId sourceTaskId patchData baseSha",
            "cleanupWorktree taskId deleteBranch:bool",
            "inheritGitConfig",
            "triggerReauth requestId",
            "submitAuthCode requestId code",
            "restartDaemon");

    private enum Kind {
        TEXT,
        INT,
        BOOL,
        LIST;

        boolean holds(@Nullable Object value) {
            return switch (this) {
                case TEXT -> value instanceof String;
                case INT -> value instanceof Integer || value instanceof Long;
                case BOOL -> value instanceof Boolean;
                case LIST -> value instanceof JsonArray;
            };
        }
    }

    private record Field(String name, Kind kind, boolean mayBeAbsent) {
        static Field of(String text) {
            String[] parts = text.split("[:=]");
            Kind kind = parts.length == 1 ? Kind.TEXT : Kind.valueOf(parts[1].toUpperCase(Locale.ROOT));
            return new Field(parts[0], kind, text.contains("="));
        }

        boolean readableIn(JsonObject frame) {
            Object value = frame.getValue(name);
            return kind.holds(value) || (mayBeAbsent && !frame.containsKey(name));
        }
    }

    private BaseProtocol() {}

    /** What a base server could not read about a daemon's frame; empty where all is well. */
    public static Optional<String> mistakeUp(JsonObject frame) {
        return mistake(UP, frame);
    }

    /** What a base daemon could not read about a server's frame; empty where all is well. */
    public static Optional<String> mistakeDown(JsonObject frame) {
        return mistake(DOWN, frame);
    }

    private static Optional<String> mistake(Map<String, List<Field>> table, JsonObject frame) {
        if (!(frame.getValue("type") instanceof String type)) {
            return Optional.of("no type: " + brief(frame));
        }
        List<Field> fields = table.get(type);
        if (fields == null) {
            return Optional.of("unknown to a base peer: " + brief(frame));
        }
        for (Field field : fields) {
            if (!field.readableIn(frame)) {
                return Optional.of("needs " + field.name() + " as " + field.kind() + ": " + brief(frame));
            }
        }
        return Optional.empty();
    }

    private static String brief(JsonObject frame) {
        String text = frame.encode();
        return text.substring(0, Math.min(text.length(), 300));
    }

    private static Map<String, List<Field>> table(String... rows) {
        return Stream.of(rows)
                .map(row -> List.of(row.split(" ")))
                .collect(Collectors.toUnmodifiableMap(
                        List::getFirst,
                        words -> words.subList(1, words.size()).stream()
                                .map(Field::of)
                                .toList()));
    }
}
