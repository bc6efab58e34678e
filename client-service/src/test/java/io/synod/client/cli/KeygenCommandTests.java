package io.synod.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.KeyScope;
import io.synod.protocol.seal.SealKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class KeygenCommandTests {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @Test
    void printsANewKeyEachTime() {
        assertThat(keygen()).isZero();
        KeyRing first = KeyRing.parse(out.toString());
        assertThat(keygen("--id", "255")).isZero();
        KeyRing second = KeyRing.parse(out.toString());
        assertThat(first.sending().id()).isEqualTo(1);
        assertThat(second.sending().id()).isEqualTo(255);
        assertThat(first.scope()).isEqualTo(KeyScope.CLUSTER);
        assertThat(first.sending().text().split(" ")[2]).isNotEqualTo(second.sending().text().split(" ")[2]);
    }

    @Test
    void aFileIsItsOwnersAloneAndItsSecretIsNotPrinted() throws IOException {
        Path file = directory.resolve("keys/cluster.keys");
        assertThat(keygen("--file", file.toString())).isZero();
        requireOwnersAlone(file);
        KeyRing ring = KeyFile.read(file);
        assertThat(out).hasToString(file + ": seals with cluster key 1\n");
        assertThat(out.toString() + err).doesNotContain(ring.sending().text().split(" ")[2]);
    }

    @Test
    void aKeyIsNeverOverwritten() throws IOException {
        Path file = made();
        String before = Files.readString(file);
        assertThat(keygen("--file", file.toString())).isEqualTo(ExitStatus.REFUSED.code());
        assertThat(err.toString()).contains(file + " exists");
        assertThat(keygen("--client", file.toString(), "--file", file.toString()))
                .isEqualTo(ExitStatus.REFUSED.code());
        assertThat(err.toString()).contains("never overwritten");
        assertThat(file).hasContent(before);
    }

    @Test
    void aRotationTakesThreeSteps() throws IOException {
        Path file = made();
        SealKey old = KeyFile.read(file).sending();

        assertThat(keygen("--add", "--file", file.toString())).isZero();
        assertThat(out).hasToString(file + ": seals with cluster key 1, takes cluster key 2 too\n");
        KeyRing added = KeyFile.read(file);
        SealKey fresh = added.keys().getLast();
        assertThat(added.sending()).isEqualTo(old);
        assertThat(fresh.id()).isEqualTo(2);

        assertThat(keygen("--promote", "--file", file.toString())).isZero();
        assertThat(KeyFile.read(file)).isEqualTo(KeyRing.of(fresh, old));

        assertThat(keygen("--retire", "--file", file.toString())).isZero();
        assertThat(KeyFile.read(file)).isEqualTo(KeyRing.of(fresh));
        requireOwnersAlone(file);
        try (var files = Files.list(directory)) {
            assertThat(files).as("nothing is left of the files between").containsExactly(file);
        }
    }

    @Test
    void idsGoRound() throws IOException {
        Path file = directory.resolve("cluster.keys");
        assertThat(keygen("--file", file.toString(), "--id", "255")).isZero();
        assertThat(keygen("--add", "--file", file.toString())).isZero();
        assertThat(KeyFile.read(file).keys()).extracting(SealKey::id).containsExactly(255, 1);
    }

    @ParameterizedTest
    @CsvSource({"1,2", "1,128", "7,100", "128,255", "200,72", "254,255", "254,1", "255,1", "255,127"})
    void stepsOutOfTurnAreRefusedAndChangeNothing(int old, int added) throws IOException {
        Path file = directory.resolve("cluster.keys");
        assertThat(keygen("--file", file.toString(), "--id", String.valueOf(old))).isZero();
        int refused = 0;
        for (RotationStep next : RotationStep.values()) {
            refused += requireOthersRefused(file, next);
            take(file, next, added);
        }
        refused += requireOthersRefused(file, RotationStep.ADD);
        assertThat(refused).isEqualTo(8);
        assertThat(KeyFile.read(file).keys()).extracting(SealKey::id).containsExactly(added);
    }

    private void take(Path file, RotationStep step, int added) {
        if (step == RotationStep.ADD) {
            assertThat(keygen("--add", "--file", file.toString(), "--id", String.valueOf(added))).isZero();
        } else {
            assertThat(keygen(step.option(), "--file", file.toString())).isZero();
        }
    }

    /** Tries every step but the one whose turn it is, and returns how many these are. */
    private int requireOthersRefused(Path file, RotationStep next) throws IOException {
        String before = Files.readString(file);
        int refused = 0;
        for (RotationStep step : RotationStep.values()) {
            if (step != next) {
                assertThat(keygen(step.option(), "--file", file.toString())).as("%s before %s", step, next)
                        .isEqualTo(ExitStatus.REFUSED.code());
                assertThat(err.toString()).contains(step.option() + " is out of turn: " + file)
                        .contains("; allowed next is " + next.option());
                assertThat(out.toString()).isEmpty();
                assertThat(file).hasContent(before);
                refused++;
            }
        }
        return refused;
    }

    @Test
    void aStepOutOfTurnIsToldHowTheRotationStands() throws IOException {
        Path file = made();
        requireRefused("--promote", file, "seals with cluster key 1; no rotation is under way; allowed next is --add");
        assertThat(keygen("--add", "--file", file.toString())).isZero();
        requireRefused("--retire", file, "seals with cluster key 1, takes cluster key 2 too;"
                + " cluster key 2 was added and is not promoted yet; allowed next is --promote");
        assertThat(keygen("--promote", "--file", file.toString())).isZero();
        requireRefused("--promote", file, "seals with cluster key 2, takes cluster key 1 too;"
                + " cluster key 2 was promoted and cluster key 1 is not retired yet; allowed next is --retire");
    }

    private void requireRefused(String step, Path file, String why) throws IOException {
        String before = Files.readString(file);
        assertThat(keygen(step, "--file", file.toString())).isEqualTo(ExitStatus.REFUSED.code());
        assertThat(err.toString()).contains(step + " is out of turn: " + file + " " + why);
        assertThat(file).hasContent(before);
    }

    @Test
    void aNewerKeyHasALaterIdOrIsRefused() throws IOException {
        Path file = directory.resolve("cluster.keys");
        assertThat(keygen("--file", file.toString(), "--id", "200")).isZero();
        String before = Files.readString(file);
        for (String id : new String[] {"200", "199", "73"}) {
            assertThat(keygen("--add", "--id", id, "--file", file.toString())).as(id)
                    .isEqualTo(ExitStatus.USAGE.code());
            assertThat(err.toString()).contains("--id is " + id + ", and " + file + " has cluster key 200;")
                    .contains("allowed are 201 to 255 and 1 to 72");
            assertThat(file).hasContent(before);
        }
    }

    @Test
    void clientsGetTheirOwnKeysAnewAtEachStep() throws IOException {
        Path file = made();
        Path client = directory.resolve("client.keys");
        assertThat(keygen("--client", file.toString(), "--file", client.toString())).isZero();
        requireOwnersAlone(client);
        assertThat(KeyFile.read(client)).isEqualTo(KeyFile.read(file).forClients());
        assertThat(Files.readString(client)).doesNotContain(KeyFile.read(file).sending().text().split(" ")[2]);

        assertThat(keygen("--add", "--file", file.toString())).isZero();
        assertThat(keygen("--client", file.toString(), "--file", client.toString())).isZero();
        assertThat(KeyFile.read(client)).isEqualTo(KeyFile.read(file).forClients());

        assertThat(keygen("--client", client.toString())).isEqualTo(ExitStatus.USAGE.code());
        assertThat(err.toString()).contains("holds keys for clients");
    }

    @Test
    void mistakesNameWhatIsAllowed() throws IOException {
        assertThat(keygen("--id", "256")).isEqualTo(ExitStatus.USAGE.code());
        assertThat(err.toString()).contains("--id is 256; allowed are 1 to 255");
        assertThat(keygen("--add")).isEqualTo(ExitStatus.USAGE.code());
        assertThat(err.toString()).contains("--file is missing");
        Path file = made();
        assertThat(keygen("--add", "--promote", "--file", file.toString())).isEqualTo(ExitStatus.USAGE.code());
        assertThat(keygen("--add", "--id", "1", "--file", file.toString())).isEqualTo(ExitStatus.USAGE.code());
        assertThat(err.toString()).contains("--id is 1, and " + file + " has cluster key 1;")
                .contains("allowed are 2 to 128");
        assertThat(keygen("--promote", "--id", "3", "--file", file.toString())).isEqualTo(ExitStatus.USAGE.code());
        Path broken = Files.writeString(directory.resolve("broken.keys"), "1 cluster c2VjcmV0\n");
        assertThat(keygen("--add", "--file", broken.toString())).isEqualTo(ExitStatus.USAGE.code());
        assertThat(err.toString()).contains("broken.keys: ").doesNotContain("c2VjcmV0");
        assertThat(keygen("--add", "--file", directory.resolve("none").toString())).isEqualTo(ExitStatus.USAGE.code());
        assertThat(err.toString()).contains("there is no such file; ./synod keygen makes one");
    }

    private Path made() {
        Path file = directory.resolve("cluster.keys");
        assertThat(keygen("--file", file.toString())).isZero();
        return file;
    }

    private static void requireOwnersAlone(Path file) throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
    }

    private int keygen(String... args) {
        out = new StringWriter();
        err = new StringWriter();
        CommandLine commandLine = SynodCommand.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        String[] all = new String[args.length + 1];
        all[0] = "keygen";
        System.arraycopy(args, 0, all, 1, args.length);
        return commandLine.execute(all);
    }
}
