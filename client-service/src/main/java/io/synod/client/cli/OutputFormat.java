package io.synod.client.cli;

/** How results are printed. */
enum OutputFormat {
    TEXT,
    JSON;

    @Override
    public String toString() {
        return this == TEXT ? "text" : "json";
    }
}
