package dev.makima.cli.core;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The commands at a glance: what {@code makima --help} prints. Pure text, no picocli, so that it is there at once. */
public final class Overview {
    /** A command's name and what it is for; all that may be suggested to a person. */
    record Line(String name, String summary) {}

    private static final int SUGGESTIONS_MAX = 3;

    private static final List<Line> WORK = List.of(
            new Line("run", "give an agent a task in a git repository and watch it work"),
            new Line("demo", "see it all at work in a few seconds, with a scripted agent"),
            new Line("tasks", "list, create, start, show, follow, search, pause, stop and retry tasks"),
            new Line("merges", "merge a branch into a task's worktree, step by step"),
            new Line("contracts", "larger work: an agent leads it, others do it; answer its questions"),
            new Line("usage", "what agents cost: by day, task or contract"),
            new Line("events", "what happens, as it happens"),
            new Line("history", "what has happened"));
    private static final List<Line> SERVICES = List.of(
            new Line("up", "server and daemon together in this process"),
            new Line("server", "the server: REST API, tasks, live output"),
            new Line("daemon", "the worker: takes tasks from a server, runs agents here"),
            new Line("daemons", "which daemons are connected, and how busy they are; restart, log in"),
            new Line("keys", "create, list and revoke API keys"));
    private static final List<Line> AGENTS = List.of(
            new Line("supervisor", "lead a contract: spawn tasks, wait, review, merge"),
            new Line("orchestrator", "do a task by way of subtasks"),
            new Line("contract", "what a task of a contract reads and reports"),
            new Line("directive", "plan the steps of a goal"));
    private static final List<Line> REST = List.of(
            new Line("config", "what is configured, and where each value comes from"),
            new Line("board", "the web board (not in this version yet)"),
            new Line("doctor", "what is wrong on this machine, and how to mend it"),
            new Line("disk-usage", "what takes space here, and what of it can go"),
            new Line("completion", "completion script for bash, zsh or fish"),
            new Line("help", "this text, or the help of one command"));

    private Overview() {}

    /** The whole text, ending with a line break. */
    public static String text() {
        StringBuilder text = new StringBuilder(2000);
        text.append("makima runs coding agents as workers: each task gets a git worktree of its own,\n")
                .append("and its work ends as a branch.\n\n")
                .append("Usage: makima COMMAND [OPTIONS]\n\n");
        group(text, "Work", WORK);
        group(text, "Services", SERVICES);
        group(text, "For agents, which call these themselves", AGENTS);
        group(text, "More", REST);
        text.append("Examples:\n")
                .append("  makima demo\n")
                .append("  cd my-project && makima run \"Add a test for the date parser\"\n")
                .append("  makima run --repo https://github.com/me/project \"Fix the typo in the README\"\n")
                .append("  makima up                      # in one terminal\n")
                .append("  makima tasks list              # in another one\n\n")
                .append("Every command has --help. Errors say what to do; --debug shows stack traces too.\n")
                .append(
                        "Exit codes: 0 ok, 1 failure, 2 usage, 3 not found, 4 unauthorised, 5 timeout, 130 interrupted.\n");
        return text.toString();
    }

    private static void group(StringBuilder text, String title, List<Line> lines) {
        text.append(title).append(":\n");
        for (Line line : lines) {
            text.append("  ").append(line.name());
            text.repeat(" ", 14 - line.name().length());
            text.append(line.summary()).append('\n');
        }
        text.append('\n');
    }

    /** The version this jar was built as; "development" where it runs from classes. */
    public static String version() {
        String version = Overview.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** All names that a person may type. */
    public static List<String> names() {
        return List.copyOf(summaries().keySet());
    }

    /** All names that a person may type, in their order, and what each is for. */
    public static Map<String, String> summaries() {
        Map<String, String> summaries = new LinkedHashMap<>();
        for (List<Line> group : List.of(WORK, SERVICES, AGENTS, REST)) {
            for (Line line : group) {
                summaries.put(line.name(), line.summary());
            }
        }
        return summaries;
    }

    /** What to say to a person who typed a name that is none: the nearest one, else where they are listed. */
    public static String suggestion(String typed) {
        List<String> near = nearest(typed, names());
        return near.isEmpty() ? "All commands: makima --help" : "Did you mean: makima " + near.getFirst() + "?";
    }

    /** The names that may be meant by the typed one, at most three, the nearest first: slips, and shortened names. */
    public static List<String> nearest(String typed, Collection<String> names) {
        return names.stream()
                .filter(name -> distance(typed, name) <= Math.max(1, name.length() / 3) || shortens(typed, name))
                .sorted(Comparator.comparingInt(name -> distance(typed, name)))
                .limit(SUGGESTIONS_MAX)
                .toList();
    }

    /** Whether the name begins as typed and has all its other letters too, in their order, as in lst for list. */
    private static boolean shortens(String typed, String name) {
        if (typed.length() < 2 || typed.charAt(0) != name.charAt(0)) {
            return false;
        }
        int found = 0;
        for (int i = 0; i < name.length() && found < typed.length(); i++) {
            if (name.charAt(i) == typed.charAt(found)) {
                found++;
            }
        }
        return found == typed.length();
    }

    /** Edit distance with neighbours swapped counted as one, the most usual slip. */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                cost[i][j] = Math.min(cost[i - 1][j - 1] + same, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
