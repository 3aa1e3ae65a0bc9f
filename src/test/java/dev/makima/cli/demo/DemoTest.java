package dev.makima.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DemoTest {
    @Test
    void whatToTypeNextHoldsInAnyDirectory() {
        assertThat(Demo.typed("scripts/makima", Path.of("/src/makima"))).isEqualTo("/src/makima/scripts/makima");
        assertThat(Demo.typed("./makima", Path.of("/my src"))).isEqualTo("'/my src/makima'");
        assertThat(Demo.typed("/opt/makima", Path.of("/src"))).isEqualTo("/opt/makima");
        assertThat(Demo.typed("makima", Path.of("/src"))).isEqualTo("makima");
    }
}
