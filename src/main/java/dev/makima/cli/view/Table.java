package dev.makima.cli.view;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table for people, without frames: columns as wide as they need. Where the terminal is narrower, columns with nothing in
 * them go; then the widest give way, and what does not fit into them is cut. Where hardly anything would be left of them,
 * columns go whole: of several wide ones the last, else the last of all. The first one stays, and whole, since what stands
 * there is copied.
 */
public final class Table {
    private static final String GAP = "  ";
    /** No column is made narrower than this: what is left would tell nothing. */
    private static final int NARROWEST = 8;

    private final List<List<String>> rows = new ArrayList<>();
    private final int columns;

    /** An empty table with these headings. */
    public Table(String... headings) {
        columns = headings.length;
        rows.add(List.of(headings));
    }

    /**
     * Adds a row; what its cells hold is made printable.
     *
     * @param cells as many as there are headings
     */
    public Table row(String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException("a row of " + cells.length + " cells in a table of " + columns);
        }
        List<String> row = new ArrayList<>();
        for (String cell : cells) {
            row.add(Printable.line(cell));
        }
        rows.add(row);
        return this;
    }

    /** The lines, the headings first. */
    public List<String> lines(Style style, int width) {
        List<Integer> shown = shown(width);
        int[] widths = widths(shown);
        shrink(widths, width);
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = Printable.fit(row.get(shown.get(i)), widths[i]);
                line.append(cell)
                        .repeat(" ", Math.max(0, widths[i] - Printable.width(cell)))
                        .append(GAP);
            }
            String fitted = Printable.fit(line.toString().stripTrailing(), width);
            lines.add(lines.isEmpty() ? style.dim(fitted) : fitted);
        }
        return lines;
    }

    private List<Integer> shown(int width) {
        List<Integer> shown = IntStream.range(0, columns).boxed().collect(Collectors.toCollection(ArrayList::new));
        if (needed(widths(shown)) > width) {
            shown.removeIf(column -> !holdsAnything(column));
        }
        int[] widths = widths(shown);
        while (shown.size() > 1 && narrowest(widths) > width) {
            shown.remove(/* index */ leastMissed(widths));
            widths = widths(shown);
        }
        return shown;
    }

    /** The place of the column that goes first: the only wide one says what a row is about. */
    private static int leastMissed(int[] widths) {
        int[] wide = IntStream.range(1, widths.length)
                .filter(column -> widths[column] > 2 * NARROWEST)
                .toArray();
        return wide.length > 1 ? wide[wide.length - 1] : widths.length - 1;
    }

    private static long narrowest(int[] widths) {
        int[] least = IntStream.of(widths).map(one -> Math.min(one, NARROWEST)).toArray();
        least[0] = widths[0];
        return needed(least);
    }

    private boolean holdsAnything(int column) {
        return column == 0
                || rows.stream().skip(1).anyMatch(row -> !row.get(column).isEmpty());
    }

    private int[] widths(List<Integer> shown) {
        return shown.stream()
                .mapToInt(column -> rows.stream()
                        .mapToInt(row -> Printable.width(row.get(column)))
                        .max()
                        .orElse(0))
                .toArray();
    }

    private static long needed(int[] widths) {
        return (long) GAP.length() * (widths.length - 1)
                + IntStream.of(widths).asLongStream().sum();
    }

    /** Takes from the widest column until all fit, or none can give any more. */
    private static void shrink(int[] widths, int width) {
        for (long needed = needed(widths); needed > width; needed--) {
            int widest = widths.length - 1;
            for (int i = widest - 1; i > 0; i--) {
                // Of equals the last: what stands further left tells more.
                widest = widths[i] > widths[widest] ? i : widest;
            }
            if (widest < 1 || widths[widest] <= NARROWEST) {
                return;
            }
            widths[widest]--;
        }
    }
}
