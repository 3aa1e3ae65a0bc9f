package dev.makima.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.EntryView;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskEvents;
import dev.makima.cli.api.TaskFollower;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.Interrupts;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.LiveView;
import dev.makima.cli.view.Printable;
import dev.makima.cli.view.Screen;
import dev.makima.cli.view.Shell;
import dev.makima.cli.view.Style;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Three tasks at once through the very path that real ones take: REST, server, WebSocket, daemon, worktrees. */
public final class Demo {
    /** A server to show things on. */
    public record Server(ApiClient api, Runnable ending) implements AutoCloseable {
        @Override
        public void close() {
            ending.run();
        }
    }

    /** Starts server and daemon in a home with a configuration. */
    public interface Connect {
        /** The started server. */
        Server open(Surroundings surroundings, Path configuration);
    }

    private final Surroundings surroundings;
    private final Connect connect;
    private final Screen screen;
    private final Map<Script, TaskView> ended = new ConcurrentHashMap<>();

    /** A demonstration. */
    public Demo(Surroundings surroundings, Connect connect) {
        this.surroundings = surroundings;
        this.connect = connect;
        this.screen = new Screen(surroundings);
    }

    /** Shows it. Blocks some seconds; the result is 0 where everything went as it should. */
    public int run(boolean clean) throws InterruptedException {
        long started = System.nanoTime();
        DemoHome home = DemoHome.create(surroundings);
        Interrupts interrupts = Interrupts.handle(
                Thread.currentThread()::interrupt, () -> Runtime.getRuntime().halt(ExitCode.INTERRUPTED));
        screen.print(screen.style().bold("Three tasks at once, for a scripted agent, in a sample repository:"));
        for (Script script : Script.values()) {
            screen.print("  " + label(script) + script.plan());
        }
        screen.print("");
        boolean shown = false;
        try (Server server = connect.open(home.surroundings(surroundings), home.configuration())) {
            tasks(server.api(), home.repository().directory());
            shown = true;
        } catch (MakimaException | InterruptedException e) {
            if (!interrupts.any()) {
                throw e;
            }
            surroundings.err().println("makima: the demonstration was stopped; nothing is left running");
            return ExitCode.INTERRUPTED;
        } finally {
            screen.close();
            home.tidy(!shown || clean);
        }
        screen.print(summary(home, (System.nanoTime() - started) / 1_000_000, clean));
        return asExpected() ? ExitCode.OK : ExitCode.FAILURE;
    }

    private boolean asExpected() {
        for (Script script : Script.values()) {
            TaskView task = ended.get(script);
            if (task == null || task.status().equals("done") != script.succeeds()) {
                return false;
            }
        }
        return true;
    }

    private void tasks(ApiClient api, Path repository) throws InterruptedException {
        List<Thread> followers = new ArrayList<>();
        for (Script script : Script.values()) {
            JsonNode request = Json.object()
                    .put("name", script.label())
                    .put("plan", script.plan())
                    .put("repositoryUrl", repository.toString())
                    .put("targetRepoPath", repository.toString())
                    .put("baseBranch", "main")
                    .put("completionAction", "branch")
                    .put("start", true);
            TaskView task = TaskView.of(api.post("/mesh/tasks", request));
            followers.add(Thread.ofPlatform()
                    .daemon()
                    .name("makima-demo-" + script.label())
                    .start(() -> follow(api, task, script)));
        }
        for (Thread follower : followers) {
            follower.join();
        }
    }

    private void follow(ApiClient api, TaskView task, Script script) {
        LiveView view = new LiveView(screen.style(), screen.width(), label(script));
        try {
            JsonNode end = new TaskFollower(api, 0).follow(task.id(), new TaskEvents() {
                @Override
                public void entry(JsonNode entry) {
                    screen.print(view.lines(Json.as(entry, EntryView.class)));
                }

                @Override
                public void task(JsonNode changed) {
                    // The entries tell enough.
                }
            });
            TaskView last = TaskView.of(end);
            ended.put(script, last);
            Style style = screen.style();
            String status = last.status().equals("done") ? style.green("✓ done") : style.red("✗ " + last.status());
            screen.print(label(script) + status);
        } catch (MakimaException e) {
            screen.print(label(script) + screen.style().red("✗ " + Printable.line(e.explain())));
        }
    }

    private String label(Script script) {
        return screen.style()
                        .cyan(script.label() + " ".repeat(7 - script.label().length())) + " ";
    }

    private List<String> summary(DemoHome home, long millis, boolean clean) {
        List<String> lines = new ArrayList<>();
        Style style = screen.style();
        lines.add("");
        lines.add(style.bold("What happened, in " + Amounts.duration(millis) + ":"));
        for (Script script : Script.values()) {
            lines.add("  " + label(script) + outcome(script));
        }
        lines.add("");
        lines.add("Each task had a git worktree and an agent process of its own; the finished work is on branches.");
        if (!clean) {
            String git = "  git -C " + Shell.quote(home.repository().directory().toString());
            lines.add("");
            lines.add(style.bold("Look at it:"));
            lines.add(git + " log --oneline --graph --all");
            TaskView readme = ended.get(Script.README);
            if (readme != null && readme.branch() != null) {
                lines.add(git + " diff main " + Shell.quote(readme.branch()));
            }
            lines.add("  rm -r " + Shell.quote(home.root().toString()) + style.dim("     # when you have seen enough"));
        }
        String command =
                typed(System.getProperty("makima.called", "makima"), Path.of("").toAbsolutePath());
        lines.add("");
        lines.add(style.bold("Next, with a real agent, in a repository of your own:"));
        lines.add("  " + command + " run \"Add a test for the date parser\"");
        lines.add("  " + command + " --help");
        return lines;
    }

    /**
     * What to type in any other directory.
     *
     * @param called what was typed here
     */
    static String typed(String called, Path directory) {
        return called.contains("/")
                ? Shell.quote(directory.resolve(called).normalize().toString())
                : called;
    }

    private String outcome(Script script) {
        TaskView task = ended.get(script);
        Style style = screen.style();
        if (task == null) {
            return style.red("did not end");
        }
        if (task.status().equals("done")) {
            String cost = task.costUsd() == null ? "" : ", " + Amounts.cost(task.costUsd()) + " (scripted)";
            String branch = task.branch() == null ? "no branch" : "branch " + Printable.line(task.branch());
            return style.green("done") + "    " + branch + cost;
        }
        String meant = script.succeeds() ? "" : style.dim(" (on purpose)");
        String reason =
                task.errorMessage() == null ? "" : "  " + Printable.fit(Printable.line(task.errorMessage()), 90);
        return style.red(task.status()) + meant + reason;
    }
}
