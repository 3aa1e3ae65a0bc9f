package dev.makima.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.Secret;
import dev.makima.config.DaemonConfig.ServerLink;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The addresses that follow from the server's URL. */
class ServerLinkTest {
    @ParameterizedTest
    @CsvSource({
        "ws://h:8080, ws://h:8080, http://h:8080",
        "http://h, ws://h, http://h",
        "wss://h/, wss://h, https://h",
        "HTTPS://h/base//, wss://h/base, https://h/base",
        "https://[::1]:99/a%20b, wss://[::1]:99/a%20b, https://[::1]:99/a%20b",
        "http://h/api/v1, ws://h, http://h",
        "ws://h/x/api/v1/mesh/daemons/connect, ws://h/x, http://h/x"
    })
    void bothFollowFromAnyFormOfTheUrl(String given, String websocket, String api) {
        URI url = UrlTypes.server().fromText(given, new Paths(java.nio.file.Path.of("/"), java.nio.file.Path.of("/")));
        Duration time = Duration.ofSeconds(1);
        ServerLink link = new ServerLink(url, new Secret("k"), time, time, 0, time, time, 1);

        assertThat(link.websocketUri()).isEqualTo(URI.create(websocket + "/api/v1/mesh/daemons/connect"));
        assertThat(link.apiUri()).isEqualTo(URI.create(api));
    }
}
