package dev.makima.server.api;

import dev.makima.base.RefName;
import dev.makima.base.RelativePath;
import dev.makima.base.RepoUrl;
import dev.makima.base.TaskId;
import dev.makima.base.Text;
import dev.makima.server.store.KeyTable;
import dev.makima.server.store.Task;
import dev.makima.server.store.TaskTable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a user asks for when making a task, checked field by field. Stateless. */
final class TaskForm {
    private static final Set<String> ACTIONS = Set.of("none", "branch", "merge", "pr");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@\\[\\]-]{0,99}");
    private static final int NAME_MAX = 200;
    private static final int PROGRESS_MAX = 20_000;
    static final long RETRIES_MAX = 100;
    private static final int NAME_FROM_PLAN = 60;
    private static final long YEAR_SECS = 366L * 24 * 3600;
    private static final BigDecimal SMALLEST_COST = new BigDecimal("0.000001");
    private static final BigDecimal LARGEST_COST = new BigDecimal("1000000");

    private TaskForm() {}

    /**
     * Reads the form.
     *
     * @throws dev.makima.base.MakimaException VALIDATION naming the field
     */
    static TaskTable.NewTask read(Body body, KeyTable.Key key) {
        String plan = body.needText("plan");
        String name = name(body.text("name"));
        if (name == null) {
            name = Text.abbreviate(plan, NAME_FROM_PLAN);
        }
        return new TaskTable.NewTask(key.ownerId(), key.accountId(), name, plan, spec(body), body.flag("start", false));
    }

    /** Null for one that is empty. */
    static @Nullable String name(@Nullable String name) {
        if (name == null || name.isBlank()) {
            return null;
        }
        if (name.length() > NAME_MAX) {
            throw Errors.validation("the name is longer than " + NAME_MAX + " characters", "Choose a shorter one");
        }
        return name;
    }

    static @Nullable String progress(@Nullable String text) {
        if (text != null && text.length() > PROGRESS_MAX) {
            throw Errors.validation(
                    "the progress summary is longer than " + PROGRESS_MAX + " characters", "Say it in fewer words");
        }
        return text;
    }

    static @Nullable Long priority(Body body) {
        return body.number("priority", -1_000_000, 1_000_000);
    }

    /** In seconds. */
    static @Nullable Long timeout(Body body) {
        return body.number("timeoutSecs", 1, YEAR_SECS);
    }

    private static Task.Spec spec(Body body) {
        Long priority = priority(body);
        List<String> copyFiles = body.texts("copyFiles");
        copyFiles.forEach(RelativePath::new);
        return new Task.Spec(
                repository(body.text("repositoryUrl")),
                branch(body.text("baseBranch")),
                branch(body.text("targetBranch")),
                path(body.text("targetRepoPath")),
                action(body.text("completionAction")),
                id(body.text("parentTaskId")),
                id(body.text("contractId")),
                id(body.text("continueFromTaskId")),
                copyFiles,
                0,
                priority == null ? 0 : priority.intValue(),
                word("agent", body.text("agent")),
                word("model", body.text("model")),
                timeout(body),
                maxCost(body),
                body.flag("autonomousLoop", false),
                body.flag("localOnly", false),
                body.flag("autoMergeLocal", false),
                false,
                body.number("maxRetries", 0, RETRIES_MAX));
    }

    /** A URL, a path on the daemon's machine, or new://NAME. */
    static @Nullable String repository(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        boolean isPath = text.startsWith("/") || text.startsWith("~");
        boolean isNew = text.equals("new") || text.startsWith("new://");
        if (!isPath && !isNew) {
            return new RepoUrl(text).value();
        }
        return path(text);
    }

    static @Nullable String path(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        if (text.length() > 4000 || text.chars().anyMatch(c -> c < ' ')) {
            throw Errors.validation("not a path: " + Text.abbreviate(text, 120), "Leave out control characters");
        }
        return text;
    }

    static @Nullable String branch(@Nullable String text) {
        return text == null || text.isBlank() ? null : new RefName(text).value();
    }

    /** In millionths of a dollar, like all money here. */
    static @Nullable Long maxCost(Body body) {
        BigDecimal dollars = body.decimal("maxCostUsd", SMALLEST_COST, LARGEST_COST);
        return dollars == null
                ? null
                : dollars.movePointRight(6).setScale(0, RoundingMode.CEILING).longValueExact();
    }

    private static @Nullable String id(@Nullable String text) {
        return text == null || text.isBlank() ? null : TaskId.of(text).toString();
    }

    static @Nullable String action(@Nullable String text) {
        if (text != null && !ACTIONS.contains(text)) {
            throw Errors.validation(
                    "not a completion action: " + Text.abbreviate(text, 40), "Use none, branch, merge or pr");
        }
        return text;
    }

    static @Nullable String word(String name, @Nullable String text) {
        if (text != null && !WORD.matcher(text).matches()) {
            throw Errors.validation(
                    "the field \"" + name + "\" has characters that it can't have: " + Text.abbreviate(text, 60),
                    "Use letters, digits and . _ : / @ -");
        }
        return text;
    }
}
