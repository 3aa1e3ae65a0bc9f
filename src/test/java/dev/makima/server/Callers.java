package dev.makima.server;

import dev.makima.protocol.EventAck;
import dev.makima.protocol.RegisterToolKey;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Every kind of caller on one server: people, and agents whose tasks are at work at a daemon that has just gone away, so
 * that whoever is let through to the daemon is answered 503 at once.
 *
 * <p>A contract has the supervisor SUPER and the members SELF and KIN. Apart from it ORCH leads BELOW and a third task;
 * STRANGER is alone.
 */
final class Callers implements AutoCloseable {
    /** Who calls, in the order of the table's columns. */
    enum Caller {
        ANON,
        REVOKED,
        OTHER,
        OWN,
        SELF,
        KIN,
        STRANGER,
        SUPER,
        ORCH,
        BELOW
    }

    private static final Pattern PARAMETER = Pattern.compile("\\{([a-z]+)\\}");
    private static final String QUERY = "?path=a&targetDir=%2Fa&scope=task&text=words";
    /** Addresses that were refused too often are told so, which is not what the table is about. */
    private static final int FAILURES_PER_ADDRESS = 15;

    private final TestServer server;
    private final Map<Caller, String> keys = new HashMap<>();
    private final Map<Caller, String> tasks = new HashMap<>();
    private final String contract;
    private final String daemon;
    private HttpClient client = HttpClient.newHttpClient();
    private int failures;
    private int address = 1;

    Callers(TestServer server) {
        this.server = server;
        keys.put(Caller.OTHER, server.keyOf("other"));
        keys.put(Caller.OWN, server.key);
        JsonObject gone = server.post("/keys", new JsonObject().put("name", "gone"), 201);
        server.send(server.request("/keys/" + gone.getString("id")).DELETE());
        keys.put(Caller.REVOKED, gone.getString("key"));
        JsonObject made = server.post("/contracts", new JsonObject().put("name", "c"), 201);
        contract = made.getString("id");
        tasks.put(Caller.SUPER, made.getString("supervisorTaskId"));
        tasks.put(Caller.SELF, task(new JsonObject().put("contractId", contract)));
        tasks.put(Caller.KIN, task(new JsonObject().put("contractId", contract)));
        tasks.put(Caller.STRANGER, task(new JsonObject()));
        tasks.put(Caller.ORCH, task(new JsonObject()));
        tasks.put(Caller.BELOW, task(new JsonObject().put("parentTaskId", tasks.get(Caller.ORCH))));
        try (ScriptedDaemon working = ScriptedDaemon.streaming(server, "m1", tasks.size())) {
            daemon = working.id().toString();
            for (int i = 0; i < tasks.size(); i++) {
                begin(working, working.expect(SpawnTask.class, EventAck.class), i);
            }
            TestServer.until(
                    "all run",
                    () -> tasks.values().stream()
                            .allMatch(id -> server.get("/mesh/tasks/" + id)
                                    .getString("status")
                                    .equals("running")));
        }
        TestServer.until(
                "the daemon is away",
                () -> server.get("/mesh/daemons/" + daemon).getString("status").equals("disconnected"));
    }

    private String task(JsonObject task) {
        return server.post("/mesh/tasks", task.put("plan", "p").put("start", true), 201)
                .getString("id");
    }

    private void begin(ScriptedDaemon working, SpawnTask spawn, int number) {
        String key = Integer.toHexString(number + 1).repeat(64);
        Caller whose = tasks.entrySet().stream()
                .filter(each -> each.getValue().equals(spawn.taskId().toString()))
                .findFirst()
                .orElseThrow()
                .getKey();
        keys.put(whose, key);
        working.send(new RegisterToolKey(spawn.taskId(), key, "1-" + (number + 1), null));
        working.send(TaskStatusChange.of(spawn.taskId(), TaskState.INITIALIZING, TaskState.STARTING));
        working.send(TaskStatusChange.of(spawn.taskId(), TaskState.STARTING, TaskState.RUNNING));
    }

    /**
     * The status of the caller's request.
     *
     * @param route METHOD /path/{parameter}
     * @param bad whether the body is to be one that is refused for its form
     */
    int status(String route, Caller caller, boolean bad) {
        String[] parts = route.split(" ");
        String path = PARAMETER.matcher(parts[1]).replaceAll(found -> id(parts, found.group(1), caller));
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.uri(path + QUERY)).header("Content-Type", "application/json");
        String key = keys.get(caller);
        if (key != null) {
            request.header("X-Makima-Api-Key", key);
        }
        boolean withBody = parts[0].equals("POST") || parts[0].equals("PUT");
        request.method(
                parts[0],
                withBody
                        ? HttpRequest.BodyPublishers.ofString(
                                body(parts[1], bad).encode())
                        : HttpRequest.BodyPublishers.noBody());
        return status(request.build());
    }

    private int status(HttpRequest request) {
        if (failures == FAILURES_PER_ADDRESS) {
            failures = 0;
            client.close();
            client = next();
        }
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            // A live stream has no end of its own.
            response.body().close();
            failures += response.statusCode() == 401 ? 1 : 0;
            return response.statusCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private HttpClient next() {
        try {
            return HttpClient.newBuilder()
                    .localAddress(InetAddress.getByName("127.0.0." + ++address))
                    .build();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What the caller asks about: an agent about the task that makes it the kind of caller that it is. */
    private String id(String[] route, String name, Caller caller) {
        String path = route[1];
        boolean deletes = route[0].equals("DELETE");
        return switch (name) {
            case "id" -> {
                if (path.contains("/contracts/")) {
                    yield deletes && path.endsWith("/{id}") && caller == Caller.OWN ? anotherContract() : contract;
                }
                if (path.contains("/keys/")) {
                    yield server.post("/keys", new JsonObject().put("name", "k"), 201)
                            .getString("id");
                }
                yield path.contains("/daemons/") ? daemon : Objects.requireNonNull(tasks.get(asksAbout(caller)));
            }
            case "file" ->
                server.post("/contracts/" + contract + "/files", new JsonObject().put("name", "f"), 201)
                        .getString("id");
            case "repository" ->
                server.post("/contracts/" + contract + "/repositories", new JsonObject().put("localPath", "/r"), 201)
                        .getString("id");
            case "seq" -> "1";
            case "name" -> "plan";
            default -> UUID.randomUUID().toString();
        };
    }

    private String anotherContract() {
        return server.post("/contracts", new JsonObject().put("name", "d").put("start", false), 201)
                .getString("id");
    }

    private static Caller asksAbout(Caller caller) {
        return switch (caller) {
            case ORCH -> Caller.BELOW;
            case BELOW -> Caller.ORCH;
            default -> Caller.SELF;
        };
    }

    private JsonObject body(String path, boolean bad) {
        JsonObject body = new JsonObject()
                .put("message", "m")
                .put("targetDir", "/a")
                .put("title", "t")
                .put("branch", "b")
                .put("name", "b")
                .put("source", "b")
                .put("sourceBranch", "b")
                .put("target", "b")
                .put("targetBranch", "b")
                .put("file", "f")
                .put("strategy", "ours")
                .put("reason", "r")
                .put("action", "branch")
                .put("plan", "p")
                .put("phase", "execute")
                .put("question", "q")
                .put("answer", "a")
                // The one of a login, or whether there is any.
                .put("code", path.endsWith("/auth-code") ? "c" : true)
                .put("localPath", "/a")
                .put("taskId", tasks.get(Caller.SELF))
                .put("subtaskId", tasks.get(Caller.SELF))
                .put("sourceTaskId", tasks.get(Caller.SELF));
        if (!bad) {
            return body;
        }
        JsonObject wrong = new JsonObject();
        body.fieldNames().forEach(name -> wrong.put(name, 7));
        return wrong.put("graceful", 7).put("version", "x").put("done", 7);
    }

    @Override
    public void close() {
        client.close();
    }

    /** For the message of a test that fails. */
    static String line(String route, Iterable<String> statuses) {
        StringBuilder line = new StringBuilder(String.format("%-62s", route));
        statuses.forEach(status -> line.append(String.format("%-9s", status)));
        return line.toString().strip();
    }
}
