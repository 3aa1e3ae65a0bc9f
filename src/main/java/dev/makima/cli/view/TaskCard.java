package dev.makima.cli.view;

import dev.makima.cli.api.TaskView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One task in full, for people. */
public final class TaskCard {
    private static final int PLAN_LINES = 20;

    private final Style style;

    /** A card in that style. */
    public TaskCard(Style style) {
        this.style = style;
    }

    /** Its lines. */
    public List<String> lines(TaskView task) {
        List<String> lines = new ArrayList<>();
        lines.add(style.bold(Printable.line(task.name())));
        String status = task.draft() ? "created, not started" : task.waiting() ? "waiting for a daemon" : task.status();
        add(lines, "id", task.id());
        add(lines, "status", status);
        add(lines, task.ended() ? "said" : "doing", task.progressSummary());
        add(lines, "repo", task.repositoryUrl());
        add(lines, "base", task.baseBranch());
        add(lines, "action", task.completionAction());
        add(lines, "agent", task.agent());
        add(lines, "model", task.model());
        add(lines, "daemon", task.daemonId());
        add(lines, "created", task.createdAt());
        add(lines, "started", task.startedAt());
        add(lines, "ended", task.completedAt());
        if (!task.ended()) {
            add(lines, "work in", task.worktreePath());
        }
        if (task.plan() != null) {
            lines.add("");
            List<String> plan = Printable.text(task.plan()).strip().lines().toList();
            plan.stream().limit(PLAN_LINES).map(line -> "  " + line).forEach(lines::add);
            if (plan.size() > PLAN_LINES) {
                lines.add(style.dim("  … " + Amounts.count(plan.size() - PLAN_LINES, "more line")));
            }
        }
        return lines;
    }

    private void add(List<String> lines, String name, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            lines.add("  " + style.dim(name + " ".repeat(9 - name.length())) + Printable.line(value));
        }
    }
}
