package dev.makima.cli.command.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlanOptionsTest {
    @Test
    void aTasksNameIsThePlansFirstLine() {
        assertThat(PlanOptions.nameOf("# Add a test\n\nfor the parser")).isEqualTo("Add a test");
        assertThat(PlanOptions.nameOf("x".repeat(100))).hasSize(48).endsWith("…");
        assertThat(PlanOptions.nameOf("###")).isEqualTo("task");
    }
}
