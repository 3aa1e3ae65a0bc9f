package dev.makima.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import dev.makima.base.Secret;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.ServerUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How to reach the instance that runs on this machine: {@code $MAKIMA_HOME/instance.json}, 0600, since it holds a key.
 * That the file is there proves nothing: see {@link LocalInstance}.
 *
 * @param pid the process that holds it, for people
 */
public record Instance(long pid, int port, Secret key) {
    /** Its server. */
    public ServerUrl url() {
        return new ServerUrl("http://127.0.0.1:" + port);
    }

    /** What the file says; empty where there is none or it is not whole. */
    static Optional<Instance> read(Path file) {
        try {
            JsonNode tree = Json.read(file.toString(), Files.readString(file));
            int port = tree.path("port").asInt();
            String key = tree.path("key").asText("");
            boolean whole = port > 0 && port < 65_536 && !key.isEmpty();
            return whole
                    ? Optional.of(new Instance(tree.path("pid").asLong(), port, new Secret(key)))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (MakimaException e) {
            return Optional.empty(); // not written by us: the next start replaces it
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Writes the file, whole or not at all. */
    void write(Path file) {
        String json = Json.object()
                .put("pid", pid)
                .put("port", port)
                .put("key", key.reveal())
                .toString();
        PrivateFiles.write(file, (json + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
