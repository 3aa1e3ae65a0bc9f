package dev.makima.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import org.junit.jupiter.api.Test;

class VerticleRunTest {
    private static boolean meant(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "run";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return VerticleRun.isMeant(all);
    }

    @Test
    void aVerticleClassGoesToTheLauncher() {
        assertThat(meant("dev.makima.server.ServerVerticle")).isTrue();
        assertThat(meant("dev.makima.server.ServerVerticle", "--conf", "server.toml"))
                .isTrue();
        assertThat(meant("--conf", "server.toml", "dev.makima.server.ServerVerticle"))
                .isTrue();
        assertThat(meant("--instances", "2", "java:com.example.Whatever")).isTrue();
    }

    @Test
    void anythingElseIsAPlan() {
        assertThat(meant("Fix the parser")).isFalse();
        assertThat(meant("dev.makima.cli.Main")).isFalse();
        assertThat(meant("no.such.Thing")).isFalse();
        assertThat(meant("explain", "dev.makima.server.ServerVerticle")).isFalse();
        assertThat(meant("java:")).isFalse();
        assertThat(meant("java: explain it")).isFalse();
        assertThat(meant()).isFalse();
    }

    @Test
    void aMisspeltVerticleIsNoPlan() {
        assertThatThrownBy(() -> VerticleRun.refuseMisspelt(new String[] {"run", "dev.makima.daemon.DaemonVertcle"}))
                .isInstanceOf(MakimaException.class)
                .hasMessage("there is no verticle dev.makima.daemon.DaemonVertcle")
                .extracting(e -> ((MakimaException) e).cure().orElse(""))
                .asString()
                .contains("dev.makima.daemon.DaemonVerticle");
        assertThatThrownBy(() -> VerticleRun.refuseMisspelt(new String[] {"run", "--conf", "x.toml", "org.example.A"}))
                .hasMessage("there is no verticle org.example.A");
        VerticleRun.refuseMisspelt(new String[] {"run", "Explain", "dev.makima.daemon.DaemonVertcle"});
        VerticleRun.refuseMisspelt(new String[] {"run", "build.gradle"});
    }
}
