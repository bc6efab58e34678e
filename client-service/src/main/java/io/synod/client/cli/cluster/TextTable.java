package io.synod.client.cli.cluster;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A table of text whose columns are as wide as they need to be. Columns of numbers are set to the right. */
final class TextTable {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... headers) {
        rows.add(List.of(headers));
    }

    /** Adds a row; a column for each header. */
    void row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        if (row.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException(row.size() + " cells for " + rows.getFirst().size() + " columns");
        }
        rows.add(row);
    }

    void print(PrintWriter out) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        boolean[] numeric = new boolean[columns];
        for (int column = 0; column < columns; column++) {
            numeric[column] = rows.size() > 1;
            for (int i = 0; i < rows.size(); i++) {
                String cell = rows.get(i).get(column);
                widths[column] = Math.max(widths[column], cell.length());
                numeric[column] &= i == 0 || cell.matches("[\\d.,]+|-");
            }
        }
        for (List<String> row : rows) {
            out.println(line(row, widths, numeric));
        }
        out.flush();
    }

    private static String line(List<String> row, int[] widths, boolean[] numeric) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            String blanks = " ".repeat(widths[column] - row.get(column).length());
            line.append(column == 0 ? "" : GAP);
            line.append(numeric[column] ? blanks + row.get(column) : row.get(column) + blanks);
        }
        return line.toString().stripTrailing();
    }
}
