package dev.makima.server.api;

import dev.makima.base.TaskId;
import dev.makima.protocol.ApplyPatchToWorktree;
import dev.makima.protocol.CreateExportPatch;
import dev.makima.server.store.Task;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** A task's work as a patch, taken from it or brought to it. To be used on one event loop. */
final class PatchesApi {
    private static final Pattern SHA = Pattern.compile("[0-9a-f]{7,64}");

    private final TaskDaemon daemon;

    PatchesApi(TaskDaemon daemon) {
        this.daemon = daemon;
    }

    /** The task's whole change as text. */
    void export(RoutingContext context) {
        @Nullable String base = sha(Body.of(context).text("baseSha"));
        daemon.answer(context, task -> new CreateExportPatch(task.id(), base, null));
    }

    /** Brings the work of another task to this one, whichever daemons have them. */
    void apply(RoutingContext context) {
        TaskId source = TaskId.of(Body.of(context).needText("sourceTaskId"));
        daemon.task(context)
                .compose(task -> daemon.task(context, source).compose(from -> apply(task, from)))
                .onSuccess(answer -> Query.json(context, 200, answer))
                .onFailure(context::fail);
    }

    private Future<JsonObject> apply(Task target, Task source) {
        return daemon.ask(source, new CreateExportPatch(source.id(), null, null))
                .compose(patch -> daemon.ask(
                        target,
                        new ApplyPatchToWorktree(
                                target.id(),
                                source.id(),
                                packed(patch.getString("patchContent", "")),
                                patch.getString("baseCommitSha", ""),
                                null)));
    }

    private static String packed(String patch) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(patch.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static @Nullable String sha(@Nullable String text) {
        if (text != null && !SHA.matcher(text).matches()) {
            throw Errors.validation("the field \"baseSha\" is no commit", "Send 7 to 64 hexadecimal digits");
        }
        return text;
    }
}
