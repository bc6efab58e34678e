package io.synod.client.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TextTableTests {

    @Test
    void columnsAreAlignedAndNumbersStandRight() {
        TextTable table = new TextTable("ROLE", "PID", "LOG");
        table.row("acceptor", 7, "a.log");
        table.row("client", "-", "b.log");
        table.row("learner", 1234, "c.log");
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text));
        assertThat(text.toString().lines()).containsExactly(
                "ROLE       PID  LOG",
                "acceptor     7  a.log",
                "client       -  b.log",
                "learner   1234  c.log");
    }
}
