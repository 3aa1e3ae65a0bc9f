package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose keys are: those of users, who belong to owners. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class KeyHoldersTest {
    private final TestDatabase kind;

    @TempDir
    private Path directory;

    private TestServer server;

    KeyHoldersTest(TestDatabase kind) {
        this.kind = kind;
    }

    @BeforeEach
    void begin() {
        server = new TestServer(kind, directory);
    }

    @AfterEach
    void end() {
        server.close();
    }

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
