package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose keys are: those of users, who belong to owners. */
class KeyHoldersTest extends ServerBench {
    private JsonObject made(String name, String field, String value) {
        return server.post("/keys", new JsonObject().put("name", name).put(field, value), 201);
    }

    private List<String> users() {
        return server.get("/keys").getJsonArray("keys").stream()
                .map(key -> ((JsonObject) key).getString("user"))
                .toList();
    }

    @Test
    void aKeyIsItsMakersUnlessItNamesAUser() {
        made("laptop", "user", "anna");
        made("desktop", "user", "anna");
        server.key = made("phone", "user", "anna").getString("key");
        server.post("/keys", new JsonObject().put("name", "watch"), 201);
        assertThat(users()).containsExactly("admin", "anna", "anna", "anna", "anna");
    }

    @Test
    void theAdminKeyMakesKeysForOtherOwnersByName() {
        String admin = server.key;
        String task = server.task("ours");
        server.key = server.keyOf("others");
        assertThat(server.get("/mesh/tasks").getJsonArray("tasks")).isEmpty();
        String theirs = server.task("theirs");

        server.key = admin;
        server.key = server.keyOf("others");
        assertThat(server.get("/mesh/tasks/" + theirs).getString("id")).isEqualTo(theirs);
        assertThat(server.send(server.request("/mesh/tasks/" + task)).statusCode())
                .isEqualTo(404);
        assertThat(users()).containsExactly("admin", "admin");
    }

    @Test
    void noOtherKeyNamesAnOwner() {
        server.key = made("laptop", "user", "anna").getString("key");
        JsonObject asked = new JsonObject().put("name", "first").put("owner", "admin");
        assertThat(server.post("/keys", asked, 401).getString("code")).isEqualTo("UNAUTHORIZED");
        server.post("/keys", asked.put("owner", " "), 400);
    }
}
