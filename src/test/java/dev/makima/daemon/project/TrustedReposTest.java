package dev.makima.daemon.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.DaemonConfig.TrustedRepo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedReposTest {
    @TempDir
    private Path temp;

    private static TrustedRepo entry(String text) {
        boolean below = text.endsWith("/*");
        return new TrustedRepo(below ? text.substring(0, text.length() - 2) : text, below, Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "https://github.com/acme/app, https://github.com/acme/app, true",
        "https://github.com/acme/app, https://user:pw@GitHub.com/acme/app.git/, true",
        "https://github.com/acme/app, https://github.com/acme/app2, false",
        "https://github.com/acme/app, https://github.com/acme/app/x, false",
        "https://github.com/acme/app, http://github.com/acme/app, false",
        "https://github.com/acme/app, https://github.com/Acme/app, false",
        "https://github.com/acme/app, https://evil.test/@github.com/acme/app, false",
        "https://github.com/acme/app, https://github.com@evil.test/acme/app, false",
        "https://github.com/acme/*, https://github.com/acme/app, true",
        "https://github.com/acme/*, https://github.com/acme, false",
        "https://github.com/acme/*, https://github.com/acme-evil/app, false",
        "https://github.com/acme/*, https://github.com/acme/../evil/app, false",
        "https://github.com/acme/*, https://github.com/acme/%2e%2e/evil/app, false",
        "git@github.com:acme/*, git@github.com:acme/app.git, true",
        "git@github.com:acme/*, git@github.com:acmeevil/app.git, false",
        "git@github.com:acme/*, git@evil.test:acme/app.git, false",
        "git@github.com:acme/app, git@GITHUB.com:acme/app, true",
        "ssh://git@host:22/a/b, ssh://git@host:22/a/b.git, true",
        "file:///srv/git/*, file:///srv/git/a, true",
        "/srv/git/*, file:///srv/git/a, false",
    })
    void aUrlIsComparedAsAWhole(String trusted, String url, boolean expected) {
        TrustedRepos repos = new TrustedRepos(List.of(entry(trusted)));
        assertThat(repos.find(url, null).isPresent()).isEqualTo(expected);
        assertThat(repos.find(url, temp).isPresent()).isEqualTo(expected);
    }

    @Test
    void aPathIsComparedByWhereTheRepositoryLies() throws IOException {
        Path real = temp.toRealPath();
        Path common = Files.createDirectories(real.resolve("code/app/.git"));
        Path bare = Files.createDirectories(real.resolve("code/bare.git"));
        Path link = Files.createSymbolicLink(real.resolve("link"), real.resolve("code"));
        for (String good : List.of(real + "/code/app", link + "/app", link + "/*", real + "/*")) {
            assertThat(new TrustedRepos(List.of(entry(good))).find("whatever/name", common))
                    .as(good)
                    .isPresent();
        }
        for (String bad : List.of(real + "/code", real + "/code/app/.git", real + "/code/app/*", real + "/cod/*")) {
            assertThat(new TrustedRepos(List.of(entry(bad))).find(real + "/code/app", common))
                    .as(bad)
                    .isEmpty();
        }
        assertThat(new TrustedRepos(List.of(entry(real + "/code/bare.git"))).find(null, bare))
                .isPresent();
        assertThat(new TrustedRepos(List.of(entry(real + "/code/app"))).find(null, null))
                .isEmpty();
        assertThat(new TrustedRepos(List.of()).find(real + "/code/app", common)).isEmpty();
    }

    @Test
    void theFirstThatFitsCounts() {
        TrustedRepo all = entry("https://x.test/*");
        TrustedRepo one = new TrustedRepo("https://x.test/a", false, Optional.of(temp));
        assertThat(new TrustedRepos(List.of(one, all)).find("https://x.test/a", null))
                .contains(one);
        assertThat(new TrustedRepos(List.of(one, all)).find("https://x.test/b", null))
                .contains(all);
    }
}
