package dev.makima.cli.local;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import dev.makima.base.Secret;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.ServerUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The key that this machine's own commands use: kept in a file, 0600, so that not every start makes another one. */
final class LocalKey {
    private LocalKey() {}

    /**
     * The key that is kept in the server's home, if the server takes it; else a new one, which is kept from now on.
     *
     * @param unseen whether nobody is shown the admin key of a first start: then it is the one that is kept
     */
    static Secret of(ServerProgram server, boolean unseen) {
        Path file = server.home().resolve("local-key");
        Secret kept = read(file);
        if (!kept.reveal().isEmpty() && taken(server.port(), kept)) {
            return kept;
        }
        Secret made = Optional.of(server)
                .filter(_ -> unseen)
                .flatMap(ServerProgram::firstKey)
                .orElseGet(() -> server.createKey("this machine's own commands"));
        PrivateFiles.directory(server.home());
        PrivateFiles.write(file, made.reveal().getBytes(StandardCharsets.UTF_8));
        return made;
    }

    private static Secret read(Path file) {
        try {
            return new Secret(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            return new Secret("");
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot read " + file, "Check its permissions, or delete it: a new one is made", e);
        }
    }

    private static boolean taken(int port, Secret key) {
        try (ApiClient api = new ApiClient(new ServerUrl("http://127.0.0.1:" + port), key)) {
            api.get("/mesh/daemons");
            return true;
        } catch (MakimaException e) {
            if (e.code() == ErrorCode.UNAUTHORIZED) {
                return false; // of another database: the old one was deleted
            }
            throw e;
        }
    }
}
