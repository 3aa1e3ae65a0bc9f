package dev.makima.cli.doctor;

import dev.makima.base.MakimaException;
import dev.makima.cli.view.Amounts;
import dev.makima.daemon.upkeep.Leftover;
import dev.makima.daemon.upkeep.Leftovers;
import dev.makima.git.GitTools;
import java.util.ArrayList;
import java.util.List;

/** What tasks have left behind: what may go, and what stays for which reason. */
record LeftoverCheck(Patient patient) implements Check {
    private static final int NAMED = 5;

    @Override
    public String subject() {
        return "leftovers";
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        try (GitTools git = patient.home().git()) {
            Leftovers leftovers;
            try {
                leftovers = patient.home().leftovers(git);
            } catch (MakimaException e) {
                return List.of(new Finding.Warning(
                        "leftovers",
                        "not looked for: nothing can be proven without the daemon's database",
                        "Mend the database first"));
            }
            return findings(leftovers.find());
        }
    }

    private static List<Finding> findings(List<Leftover> all) {
        List<Finding> found = new ArrayList<>();
        List<Leftover> going = all.stream().filter(Leftover::removable).toList();
        List<Leftover> strays = all.stream()
                .filter(one -> !one.removable() && one.kind() == Leftover.Kind.PROCESSES)
                .toList();
        List<Leftover> staying = all.stream()
                .filter(one -> !one.removable() && one.kind() != Leftover.Kind.PROCESSES)
                .toList();
        going.stream()
                .limit(NAMED)
                .forEach(one -> found.add(new Finding.Warning(
                        "leftover",
                        word(one) + " " + one.subject() + ": " + one.reason(),
                        "Can go: makima doctor --clean")));
        if (going.size() > NAMED) {
            found.add(new Finding.Warning(
                    "leftovers",
                    "and " + (going.size() - NAMED) + " more",
                    "All of them: makima doctor --clean --dry-run"));
        }
        strays.stream()
                .limit(NAMED)
                .forEach(one -> found.add(new Finding.Warning(
                        "leftover",
                        word(one) + " " + one.subject() + ": " + one.reason(),
                        one.advice().orElse("Look at them: nobody looks after them"))));
        if (!staying.isEmpty()) {
            Leftover first = staying.getFirst();
            String some = word(first) + " " + first.subject() + ": " + first.reason();
            found.add(new Finding.Fine(
                    "leftovers",
                    Amounts.count(staying.size(), "thing") + " kept, since nothing proves that nobody needs "
                            + (staying.size() == 1
                                    ? "it: "
                                    : "them (makima doctor --clean --dry-run names all), such as ")
                            + some));
        }
        return found.isEmpty() ? List.of(new Finding.Fine("leftovers", "none")) : found;
    }

    private static String word(Leftover left) {
        return switch (left.kind()) {
            case PROCESSES -> "processes";
            case WORKTREE -> "worktree";
            case SPOOL -> "output";
            case EVENTS -> "events";
            case TEMPORARY -> "directory";
            case CGROUPS -> "cgroups";
            case COPY -> "program";
        };
    }
}
