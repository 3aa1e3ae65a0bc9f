package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.EntryView;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.LiveView;
import dev.makima.cli.view.Printable;
import dev.makima.cli.view.Screen;
import dev.makima.cli.view.Summary;

/** The live view for people, with a progress line on a terminal. Events come on one thread. */
final class PeopleOutput implements Output {
    private final Screen screen;
    private final LiveView view;
    private final long startedAt = System.nanoTime();
    private volatile String status = "starting";
    private volatile String lastTool = "";
    private volatile boolean lost;
    private String toldToWait = "";

    PeopleOutput(Surroundings surroundings) {
        screen = new Screen(surroundings);
        view = new LiveView(screen.style(), screen.width(), "");
    }

    @Override
    public void note(String text) {
        screen.print(screen.style().yellow("! " + Printable.text(text)));
    }

    @Override
    public void created(TaskView task, boolean here) {
        String name = screen.style().bold(Printable.line(task.name()));
        String where = here ? "" : " on the server";
        screen.print(name + screen.style().dim("  task " + task.shortId() + where));
        screen.progress(this::progress);
    }

    private String progress() {
        String elapsed = Amounts.duration(elapsedMillis() / 1000 * 1000);
        String doing = lost ? "connecting again" : status;
        return doing + " " + elapsed + (lastTool.isEmpty() ? "" : " · " + lastTool);
    }

    @Override
    public void entry(JsonNode entry) {
        lost = false;
        screen.print(view.lines(Json.as(entry, EntryView.class)));
        lastTool = view.lastTool();
    }

    @Override
    public void task(JsonNode tree) {
        lost = false;
        TaskView task = TaskView.of(tree);
        status = task.waiting() ? "waiting for a daemon" : task.ended() ? "finishing" : Printable.line(task.status());
        if (task.waiting() && task.progressSummary() != null) {
            waits(task.progressSummary());
        }
    }

    /** What it waits for is told once, though it is found out again and again, each time with other numbers. */
    private void waits(String reason) {
        String same = reason.replaceAll("[0-9]+", "#");
        if (!same.equals(toldToWait)) {
            toldToWait = same;
            note(reason + ". It is offered again until one does; Ctrl-C ends the waiting");
        }
    }

    @Override
    public void reconnecting(String why) {
        if (!lost) {
            lost = true;
            note("connection to the server lost (" + why + "), connecting again");
        }
    }

    @Override
    public void ended(JsonNode task) {
        screen.close();
        screen.print(new Summary(screen.style()).lines(TaskView.of(task), elapsedMillis()));
    }

    private long elapsedMillis() {
        return (System.nanoTime() - startedAt) / 1_000_000;
    }

    @Override
    public void close() {
        screen.close();
    }
}
