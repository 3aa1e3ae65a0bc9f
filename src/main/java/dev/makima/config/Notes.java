package dev.makima.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong and what is odd while a configuration is read. For one thread. */
final class Notes {
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    void problem(Problem problem) {
        problems.add(problem);
    }

    void warning(String warning) {
        warnings.add(warning);
    }

    List<Problem> problems() {
        return problems;
    }

    List<String> warnings() {
        return warnings;
    }
}
