package dev.makima.cli.view;

import java.util.ArrayList;
import java.util.List;

/** A table for people: columns as wide as they need, cut at the terminal's width, no frames. */
public final class Table {
    private static final String GAP = "  ";

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
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i));
                if (i < columns - 1) {
                    line.repeat(" ", widths[i] - Printable.width(row.get(i))).append(GAP);
                }
            }
            String fitted = Printable.fit(line.toString().stripTrailing(), width);
            lines.add(lines.isEmpty() ? style.dim(fitted) : fitted);
        }
        return lines;
    }
}
