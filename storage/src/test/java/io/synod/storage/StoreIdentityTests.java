package io.synod.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.RoleType;
import io.synod.protocol.StorageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreIdentityTests {

    @TempDir
    private Path directory;

    @Test
    void everyNameOfAClusterIsReadBack() throws IOException {
        for (String name : List.of("synod", "a b", " a=b:c# ", "zeile\nzwei", "\\u0041", "Ünïcode ✓ 𝄞")) {
            StoreIdentity identity =
                    new StoreIdentity(name, RoleType.LEARNER, 30, new StorageId(2, -1), new CommitTag(-5, 6));
            Path file = Files.write(directory.resolve("identity.properties"), identity.toLines());
            assertThat(StoreIdentity.read(file)).isEqualTo(identity);
        }
    }

    @Test
    void whatIsMissingOrWrongIsRefused() throws IOException {
        List<String> lines = new StoreIdentity("test", RoleType.ACCEPTOR, 0, new StorageId(1, 2), new CommitTag(3, 4))
                .toLines();
        for (int line = 1; line < lines.size(); line++) {
            List<String> wrong = new ArrayList<>(lines);
            String removed = wrong.remove(line);
            Path file = Files.write(directory.resolve("identity.properties"), wrong);
            assertThatThrownBy(() -> StoreIdentity.read(file)).as(removed).isInstanceOf(IOException.class);
        }
    }
}
