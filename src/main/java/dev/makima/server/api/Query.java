package dev.makima.server.api;

import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.base.Text;
import dev.makima.base.Uuids;
import dev.makima.server.store.KeyTable;
import dev.makima.server.store.Task;
import dev.makima.server.store.ToolKeyTable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads paths, queries and who asks; writes answers. Stateless. */
final class Query {
    private static final String KEY = "makima.key";
    private static final String AGENT = "makima.agent";

    private static final String ANY_ID = "00000000-0000-0000-0000-000000000000";

    private Query() {}

    static void setKey(RoutingContext context, KeyTable.Key key) {
        context.put(KEY, key);
    }

    static KeyTable.Key key(RoutingContext context) {
        return Objects.requireNonNull(context.<KeyTable.Key>get(KEY), "every route here is behind the key");
    }

    /** An agent asks, for the owner of its task. */
    static void setAgent(RoutingContext context, ToolKeyTable.Holder agent) {
        context.put(AGENT, agent);
        setKey(
                context,
                new KeyTable.Key(
                        agent.taskId().toString(),
                        agent.ownerId(),
                        agent.accountId(),
                        "agent",
                        "agent",
                        "",
                        false,
                        agent.createdAt(),
                        null,
                        null));
    }

    /** The agent that asks; null for a person. */
    static ToolKeyTable.@Nullable Holder agent(RoutingContext context) {
        return context.get(AGENT);
    }

    /** Whether who asks may know of that task of its owner. */
    static boolean mayReach(RoutingContext context, Task task) {
        ToolKeyTable.Holder agent = agent(context);
        return agent == null || agent.family().has(task);
    }

    static String owner(RoutingContext context) {
        return key(context).ownerId();
    }

    /** The id in the path; one that is no id is not found either. */
    static UUID id(RoutingContext context, String kind) {
        return id(kind, Objects.requireNonNullElse(context.pathParam("id"), ""));
    }

    /** An id of the query; one that is no id belongs to nothing. Null where it is absent. */
    static @Nullable UUID idOrNull(RoutingContext context, String name) {
        String text = text(context, name);
        return text == null ? null : id(name, text);
    }

    /** How an id begins, by the parameter "id" of the query, not the one of the path; null where it is absent. */
    static @Nullable String idBeginning(RoutingContext context) {
        String beginning = String.join(" ", context.queryParam("id")).toLowerCase(Locale.ROOT);
        if (beginning.isEmpty()) {
            return null;
        }
        try {
            // With the rest of any id it has to be one.
            Uuids.parse("id", beginning + ANY_ID.substring(Math.min(beginning.length(), ANY_ID.length())));
            return beginning;
        } catch (MakimaException e) {
            throw Errors.validation("the parameter \"id\" is not how an id begins", "Send the first digits of an id");
        }
    }

    private static UUID id(String kind, String text) {
        try {
            return Uuids.parse("id", text);
        } catch (MakimaException e) {
            throw Errors.notFound("no " + kind + " " + Text.abbreviate(text, 60));
        }
    }

    static TaskId taskId(RoutingContext context) {
        return new TaskId(id(context, "task"));
    }

    static @Nullable String text(RoutingContext context, String name) {
        try {
            String value = context.request().getParam(name);
            return value == null || value.isEmpty() ? null : value;
        } catch (IllegalArgumentException e) {
            throw Errors.validation("the query can't be read: " + e.getMessage(), "Send what is no letter as %XX");
        }
    }

    static String needText(RoutingContext context, String name) {
        String value = text(context, name);
        if (value == null || value.isBlank()) {
            throw Errors.validation("the parameter \"" + name + "\" is missing", "Send it");
        }
        return value;
    }

    /** A number of the query within its bounds. */
    static long number(RoutingContext context, String name, long otherwise, long min, long max) {
        String text = text(context, name);
        if (text == null) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below like one that is out of bounds.
        }
        throw Errors.validation(
                "the parameter \"" + name + "\" is not a whole number from " + min + " to " + max,
                "Send such a number");
    }

    static void json(RoutingContext context, int status, JsonObject answer) {
        json(context, status, answer.encode());
    }

    static void json(RoutingContext context, int status, String answer) {
        context.response().setStatusCode(status).putHeader("Content-Type", "application/json");
        if (status == 200) {
            Etag.end(context, Buffer.buffer(answer));
        } else {
            context.response().end(answer);
        }
    }
}
