package dev.makima.cli.command.machine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.Base;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.doctor.Cleaning;
import dev.makima.cli.doctor.Doctor;
import dev.makima.cli.doctor.Finding;
import dev.makima.cli.local.Futures;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Printable;
import dev.makima.cli.view.Screen;
import dev.makima.cli.view.Style;
import dev.makima.config.Logging;
import dev.makima.config.LoggingSettings;
import dev.makima.daemon.bus.Cleaned;
import dev.makima.daemon.bus.Cleaned.Outcome;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** makima doctor. */
@Command(
        name = "doctor",
        sortOptions = false,
        description = {
            "Says what is wrong on this machine, and how to mend it: git, the agent and its login,",
            "directories, disk, configuration, databases, server, daemon, and what tasks have left behind.",
            "It changes nothing without --clean.",
            "Exit code 0 where nothing is wrong; warnings are none."
        },
        footer = {
            "",
            "Examples:",
            "  makima doctor",
            "  makima doctor --clean --dry-run   # what would be removed, and what stays for which reason",
            "  makima doctor --clean             # remove what is proven to be needed by nobody"
        })
final class DoctorCommand extends Base {
    private static final int INDENT = 10;

    @Option(names = "--json", description = "print JSON instead of text for people")
    boolean json;

    @Option(
            names = {"-v", "--verbose"},
            description = "name each thing that is left over, instead of each kind; JSON does it always")
    boolean verbose;

    @Option(names = "--clean", description = "remove what is left over, as far as it is proven that nobody needs it")
    boolean clean;

    @Option(names = "--dry-run", description = "with --clean: only say what would be removed")
    boolean dryRun;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "configuration file: TOML, JSON or YAML")
    @Nullable
    Path config;

    @Spec
    picocli.CommandLine.Model.@Nullable CommandSpec spec;

    DoctorCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (dryRun && !clean && spec != null) {
            throw new ParameterException(spec.commandLine(), "--dry-run goes with --clean");
        }
        Logging.apply(new LoggingSettings(LoggingSettings.Level.ERROR, LoggingSettings.Format.PRETTY));
        Vertx vertx = Futures.vertx();
        try {
            Doctor doctor = new Doctor(surroundings, config);
            return clean ? clean(vertx, doctor) : examine(vertx, doctor);
        } finally {
            Futures.close(vertx);
        }
    }

    private int examine(Vertx vertx, Doctor doctor) throws InterruptedException {
        List<Finding> found;
        try (Screen screen = new Screen(surroundings)) {
            if (!json) {
                screen.progress(() -> "looking");
            }
            found = doctor.examine(vertx, verbose || json);
        }
        long wrong = found.stream().filter(Finding.Wrong.class::isInstance).count();
        if (json) {
            printJson(found, wrong == 0);
        } else {
            printText(found, wrong);
        }
        return wrong == 0 ? ExitCode.OK : ExitCode.FAILURE;
    }

    private void printJson(List<Finding> found, boolean healthy) {
        ObjectNode answer = Json.object().put("healthy", healthy);
        ArrayNode list = answer.putArray("findings");
        for (Finding finding : found) {
            ObjectNode one = list.addObject()
                    .put("level", word(finding))
                    .put("subject", finding.subject())
                    .put("found", finding.found());
            if (!cure(finding).isEmpty()) {
                one.put("cure", cure(finding));
            }
        }
        surroundings.out().println(Json.line(answer));
    }

    private void printText(List<Finding> found, long wrong) {
        try (Screen screen = new Screen(surroundings)) {
            Style style = screen.style();
            // For a program that reads it, a line is a finding.
            int width = screen.width() == Integer.MAX_VALUE ? screen.width() : Math.min(screen.width(), 120);
            for (Finding finding : found) {
                screen.print(lines(finding, style, width));
            }
            long warnings =
                    found.stream().filter(Finding.Warning.class::isInstance).count();
            String verdict = wrong == 0
                    ? style.green("Nothing is wrong here")
                    : style.red(wrong == 1 ? "1 thing is wrong" : wrong + " things are wrong");
            screen.print(
                    List.of("", verdict + (warnings == 0 ? "." : "; " + Amounts.count(warnings, "warning") + ".")));
        }
    }

    private static List<String> lines(Finding finding, Style style, int width) {
        String mark = switch (finding) {
            case Finding.Fine _ -> style.green("ok");
            case Finding.Warning _ -> style.yellow("warning");
            case Finding.Wrong _ -> style.red("wrong");
        };
        List<String> lines = new ArrayList<>();
        String text = finding.subject() + ": " + finding.found();
        for (String part : parts(text, width)) {
            String head =
                    lines.isEmpty() ? mark + " ".repeat(INDENT - word(finding).length()) : " ".repeat(INDENT);
            lines.add(head + part);
        }
        if (!cure(finding).isEmpty()) {
            for (String part : parts("→ " + cure(finding), width)) {
                lines.add(" ".repeat(INDENT) + style.bold(part));
            }
        }
        return lines;
    }

    private static List<String> parts(String text, int width) {
        List<String> parts = new ArrayList<>();
        Printable.text(text)
                .lines()
                .forEach(line -> parts.addAll(Printable.wrap(line.stripTrailing(), width - INDENT)));
        return parts;
    }

    private static String word(Finding finding) {
        return switch (finding) {
            case Finding.Fine _ -> "ok";
            case Finding.Warning _ -> "warning";
            case Finding.Wrong _ -> "wrong";
        };
    }

    private static String cure(Finding finding) {
        return switch (finding) {
            case Finding.Fine _ -> "";
            case Finding.Warning warning -> warning.cure();
            case Finding.Wrong wrong -> wrong.cure();
        };
    }

    private int clean(Vertx vertx, Doctor doctor) throws InterruptedException {
        List<Cleaned> done;
        try (Screen screen = new Screen(surroundings)) {
            if (!json) {
                screen.progress(() -> dryRun ? "looking" : "cleaning up");
            }
            done = new Cleaning(doctor).run(vertx, dryRun);
        }
        if (json) {
            ArrayNode list = Json.object().putArray("leftovers");
            done.forEach(one -> list.add(Json.read("a leftover", one.toJson().encode())));
            surroundings
                    .out()
                    .println(Json.line(Json.object().put("dryRun", dryRun).set("leftovers", list)));
        } else {
            printCleaned(done);
        }
        return done.stream().anyMatch(one -> one.outcome() == Outcome.FAILED) ? ExitCode.FAILURE : ExitCode.OK;
    }

    private void printCleaned(List<Cleaned> done) {
        try (Screen screen = new Screen(surroundings)) {
            Style style = screen.style();
            for (Cleaned one : done) {
                String mark = switch (one.outcome()) {
                    case REMOVED -> style.green("removed");
                    case WOULD_GO -> style.green("would go");
                    case KEPT -> "kept";
                    case FAILED -> style.red("failed");
                };
                List<String> lines = new ArrayList<>();
                lines.add(mark + "  " + Printable.line(one.kind() + " " + one.subject()));
                lines.add("    " + Printable.line(one.text()));
                if (one.cure() != null) {
                    lines.add("    → " + Printable.line(one.cure()));
                }
                screen.print(lines);
            }
            if (done.isEmpty()) {
                screen.print("Nothing is left over here.");
            }
        }
    }
}
