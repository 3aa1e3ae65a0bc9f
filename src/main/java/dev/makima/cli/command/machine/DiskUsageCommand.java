package dev.makima.cli.command.machine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.Base;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.doctor.DiskEntry;
import dev.makima.cli.doctor.DiskUsage;
import dev.makima.cli.doctor.DiskUsage.Disk;
import dev.makima.cli.doctor.DiskUsage.Report;
import dev.makima.cli.doctor.Doctor;
import dev.makima.cli.local.Futures;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Screen;
import dev.makima.cli.view.Sizes;
import dev.makima.cli.view.Style;
import dev.makima.cli.view.Table;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** makima disk-usage. */
@Command(
        name = "disk-usage",
        sortOptions = false,
        description = {
            "What takes space on this machine for makima, the largest first of each kind, and by which",
            "command it can go.",
            "Files with several names count once; links are not followed."
        },
        footer = {"", "Examples:", "  makima disk-usage", "  makima disk-usage --json --limit 600"})
final class DiskUsageCommand extends Base {
    @Option(names = "--json", description = "print JSON instead of text for people")
    boolean json;

    @Option(
            names = "--limit",
            paramLabel = "SECS",
            defaultValue = "60",
            description = "how long to look, ${DEFAULT-VALUE} s; what was seen by then is told")
    int limit;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "configuration file: TOML, JSON or YAML")
    @Nullable
    Path config;

    DiskUsageCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        Vertx vertx = Futures.vertx();
        Report report;
        try (Screen screen = new Screen(surroundings)) {
            AtomicLong files = new AtomicLong();
            if (!json) {
                screen.progress(() -> files.get() + " files");
            }
            Duration within = Duration.ofSeconds(Math.max(1, limit));
            report = new DiskUsage(new Doctor(surroundings, config), within).report(vertx, files::set);
        } finally {
            Futures.close(vertx);
        }
        if (json) {
            printJson(report);
        } else {
            printText(report);
        }
        return ExitCode.OK;
    }

    private void printJson(Report report) {
        ObjectNode answer = Json.object();
        ArrayNode entries = answer.putArray("entries");
        for (DiskEntry entry : report.entries()) {
            ObjectNode one = entries.addObject()
                    .put("kind", entry.kind())
                    .put("what", entry.what())
                    .put("path", entry.path().toString())
                    .put("state", entry.state())
                    .put("bytes", entry.bytes())
                    .put("whole", entry.whole())
                    .put("goesBy", entry.cure());
            if (entry.changed() != null) {
                one.put("changedAt", entry.changed().toString());
            }
        }
        ObjectNode totals = answer.putObject("totals");
        report.totals().forEach(totals::put);
        ArrayNode disks = answer.putArray("disks");
        for (Disk disk : report.disks()) {
            disks.addObject()
                    .put("path", disk.path().toString())
                    .put("free", disk.free())
                    .put("total", disk.total());
        }
        surroundings.out().println(Json.line(answer));
    }

    private void printText(Report report) {
        List<String> kinds = List.copyOf(report.totals().keySet());
        List<DiskEntry> sorted = new ArrayList<>(report.entries());
        sorted.sort(Comparator.comparingInt((DiskEntry entry) -> kinds.indexOf(entry.kind()))
                .thenComparing(Comparator.comparingLong(DiskEntry::bytes).reversed()));
        try (Screen screen = new Screen(surroundings)) {
            if (sorted.isEmpty()) {
                screen.print("Nothing is here yet.");
            } else {
                screen.print(table(sorted).lines(Style.of(surroundings), screen.width()));
                screen.print("");
                Table totals = new Table("TOTAL", "SIZE");
                report.totals().forEach((kind, bytes) -> totals.row(kind, Sizes.bytes(bytes)));
                totals.row(
                        "all",
                        Sizes.bytes(report.totals().values().stream()
                                .mapToLong(Long::longValue)
                                .sum()));
                screen.print(totals.lines(Style.of(surroundings), screen.width()));
            }
            for (Disk disk : report.disks()) {
                screen.print(Sizes.bytes(disk.free()) + " free of " + Sizes.bytes(disk.total()) + " at " + disk.path());
            }
            screen.print("What nobody needs goes by: makima doctor --clean (with --dry-run it only says what)");
            if (sorted.stream().anyMatch(entry -> !entry.whole())) {
                screen.print("Sizes marked + are larger: not all was looked at (--limit SECS looks longer).");
            }
        }
    }

    private static Table table(List<DiskEntry> entries) {
        Table table = new Table("KIND", "WHAT", "STATE", "CHANGED", "SIZE", "GOES BY");
        for (DiskEntry entry : entries) {
            Instant changed = entry.changed();
            table.row(
                    entry.kind(),
                    entry.what(),
                    entry.state(),
                    changed == null ? "" : Amounts.ago(changed.toString(), Instant.now()),
                    Sizes.bytes(entry.bytes()) + (entry.whole() ? "" : "+"),
                    entry.cure());
        }
        return table;
    }
}
