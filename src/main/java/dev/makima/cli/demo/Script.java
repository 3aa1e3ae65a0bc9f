package dev.makima.cli.demo;

import dev.makima.cli.demo.Step.GiveUp;
import dev.makima.cli.demo.Step.Read;
import dev.makima.cli.demo.Step.Run;
import dev.makima.cli.demo.Step.Say;
import dev.makima.cli.demo.Step.Write;
import java.util.List;

/** The demonstration's tasks: what each is asked, and what the scripted agent then does. */
enum Script {
    README(
            "readme",
            "Write a README for the greeting program",
            List.of(
                    new Say("I will look at the program first."),
                    new Read("greet.sh"),
                    new Say("It greets whoever is named, else the world. I will write that down."),
                    new Write("README.md", """
                            # greet

                            Says hello.

                                sh greet.sh          # Hello, world!
                                sh greet.sh Ada      # Hello, Ada!
                            """),
                    new Run("sh greet.sh Ada"),
                    new Say("Done: README.md explains the program, and its examples are true."))),
    TESTS(
            "tests",
            "Add a test for the greeting program and run it",
            List.of(
                    new Say("A shell script is enough to test a shell script."),
                    new Read("greet.sh"),
                    new Write("test.sh", """
                            #!/bin/sh
                            # Compares what greet.sh says with what it should say.
                            set -e
                            [ "$(sh greet.sh)" = "Hello, world!" ]
                            [ "$(sh greet.sh Ada)" = "Hello, Ada!" ]
                            echo "2 tests passed"
                            """),
                    new Run("sh test.sh"),
                    new Say("Done: both tests pass."))),
    FAILING(
            "deploy",
            "Deploy the greeting program to the production cluster",
            List.of(
                    new Say("I will look for the cluster's configuration."),
                    new Run("ls deploy/production.yaml"),
                    new GiveUp(
                            "There is no deploy/production.yaml, so I can't know where to deploy to. Nothing was changed.")));

    private final String label;
    private final String plan;
    // An immutable list, which its type does not tell.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Step> steps;

    Script(String label, String plan, List<Step> steps) {
        this.label = label;
        this.plan = plan;
        this.steps = steps;
    }

    String label() {
        return label;
    }

    String plan() {
        return plan;
    }

    List<Step> steps() {
        return steps;
    }

    /** Whether it ends well. */
    boolean succeeds() {
        return steps.stream().noneMatch(GiveUp.class::isInstance);
    }

    /** The script for a message; any other message is answered politely. */
    static List<Step> forMessage(String message) {
        for (Script script : values()) {
            if (message.contains(script.plan)) {
                return script.steps;
            }
        }
        return List.of(new Say("I am the scripted agent of the demonstration and know only its own tasks."));
    }
}
