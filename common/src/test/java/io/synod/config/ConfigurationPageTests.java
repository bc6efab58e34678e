package io.synod.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/configuration.md} to the properties that there are. */
class ConfigurationPageTests {

    private static final Pattern ROW = Pattern.compile("^\\| `(paxos\\.[a-z0-9.-]+)` \\|", Pattern.MULTILINE);

    @Test
    void thePageListsEveryPropertyAndNoOther() throws IOException {
        String page = Files.readString(Path.of("../docs/configuration.md"));
        TreeSet<String> listed = new TreeSet<>();
        Matcher row = ROW.matcher(page);
        while (row.find()) {
            listed.add(row.group(1));
        }
        assertThat(listed).containsExactlyElementsOf(PaxosKeys.known());
    }
}
