package dev.makima.cli.view;

import java.util.ArrayList;
import java.util.List;

/**
 * A table for people, without frames: columns as wide as they need. Where the terminal is narrower the widest columns give
 * way, and what does not fit into them is cut; the first one never does, since what stands there is copied.
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
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], Printable.width(row.get(i)));
            }
        }
        shrink(widths, width);
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String cell = Printable.fit(row.get(i), widths[i]);
                line.append(cell);
                if (i < columns - 1) {
                    line.repeat(" ", Math.max(0, widths[i] - Printable.width(cell)))
                            .append(GAP);
                }
            }
            String fitted = Printable.fit(line.toString().stripTrailing(), width);
            lines.add(lines.isEmpty() ? style.dim(fitted) : fitted);
        }
        return lines;
    }

    /** Takes from the widest column until all fit, or none can give any more. */
    private static void shrink(int[] widths, int width) {
        long needed = (long) GAP.length() * (widths.length - 1);
        for (int one : widths) {
            needed += one;
        }
        for (; needed > width; needed--) {
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
