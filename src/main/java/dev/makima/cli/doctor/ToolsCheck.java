package dev.makima.cli.doctor;

import dev.makima.process.Containment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What some tasks need beside git and agent: gh, a sandbox, and the means to find every process of a task. */
record ToolsCheck(Patient patient) implements Check {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @Override
    public String subject() {
        return "tools";
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        List<Finding> found = new ArrayList<>();
        found.add(gh());
        found.add(
                patient.daemon().process().bubblewrap().enabled()
                        ? new Finding.Wrong(
                                "sandbox",
                                "process.bubblewrap.enabled is on, and this version has no sandbox: no daemon starts",
                                "Turn it off to run agents without one")
                        : new Finding.Fine(
                                "sandbox", "none in this version: agents work in their worktree, with your rights"));
        Containment containment = Containment.system();
        found.add(
                switch (containment.tier()) {
                    case CGROUP, SCOPE -> new Finding.Fine("processes", containment.description());
                    case PROCESS_TREE ->
                        new Finding.Warning(
                                "processes",
                                containment.description(),
                                "Run the daemon by a systemd unit with Delegate=yes (conf/systemd), or leave it: most agents do"
                                        + " not do that");
                });
        return found;
    }

    /** Its token is looked for, not shown, and not tried: that would need the network. */
    private Finding gh() throws InterruptedException {
        Map<String, String> variables = patient.environment().variables();
        Optional<Path> gh = Programs.find("gh", variables);
        if (gh.isEmpty()) {
            return new Finding.Fine("gh", "not installed; only the action 'pr' needs it (https://cli.github.com)");
        }
        Optional<Programs.Answer> token = Programs.ask(List.of(gh.get().toString(), "auth", "token"), variables, LIMIT);
        return token.filter(Programs.Answer::ok).isPresent()
                ? new Finding.Fine("gh", gh.get() + ", logged in")
                : new Finding.Warning(
                        "gh",
                        gh.get() + " is not logged in, or does not answer",
                        "For the action 'pr' run: gh auth login, as the user that the daemon runs as");
    }
}
