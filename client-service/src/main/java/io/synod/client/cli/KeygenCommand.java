package io.synod.client.cli;

import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.KeyScope;
import io.synod.protocol.seal.SealKey;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code synod keygen}: makes the keys that datagrams are sealed with, and takes a file of them through a rotation. */
@Command(
        name = "keygen",
        description = {
                "Makes a key for a cluster: every node is given it, as paxos.security.key-file, and datagrams are sealed with it.",
                "A key is rotated in three steps, each of which is given to every node before the next is taken: --add,"
                        + " --promote, --retire. A step out of turn is refused. Clients are given a file made by"
                        + " --client, anew at each step."
        })
final class KeygenCommand implements Callable<Integer> {

    /** What is done instead of making a key. */
    static final class Step {

        @Option(
                names = "--add",
                description = "Step 1: add a key to FILE, which is taken from others and not sealed with yet.")
        boolean add;

        @Option(names = "--promote",
                description = "Step 2: seal with the key that was added to FILE, and take the other one still.")
        boolean promote;

        @Option(names = "--retire",
                description = "Step 3: drop the older key of FILE, which is not sealed with any more.")
        boolean retire;

        @Option(
                names = "--client",
                paramLabel = "FROM",
                description = "Derive from the cluster keys in the file FROM those for clients: whoever has them speaks as a"
                        + " client alone. Replaces a FILE of client keys.")
        @Nullable
        Path from;

        /** Which step is asked for, where no file is derived. */
        RotationStep rotation() {
            return add ? RotationStep.ADD : promote ? RotationStep.PROMOTE : RotationStep.RETIRE;
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The file, which its owner alone may read. A key in it is never overwritten. Default: standard output.")
    private @Nullable Path file;

    @Option(
            names = "--id",
            paramLabel = "N",
            description = "The key's number in datagrams, " + SealKey.ID_MIN + " to " + SealKey.ID_MAX
                    + " (default: 1; with --add the one after the other key's, or one of the "
                    + RotationStep.LATER_IDS + " that come after that, where " + SealKey.ID_MIN + " comes after "
                    + SealKey.ID_MAX + ").")
    private @Nullable Integer id;

    @ArgGroup(exclusive = true)
    private @Nullable Step step;

    @Override
    public Integer call() {
        Step taken = step;
        Path from = taken == null ? null : taken.from;
        if (id != null && taken != null && !taken.add) {
            throw new CommandFailure(ExitStatus.USAGE, "--id is given, and no key is made; leave it out");
        }
        if (from != null) {
            derive(from);
        } else if (taken != null) {
            change(taken);
        } else {
            make(KeyRing.of(SealKey.draw(number(1), new SecureRandom())));
        }
        return ExitStatus.OK.code();
    }

    private void make(KeyRing ring) {
        Path target = file;
        if (target == null) {
            print(KeyFile.text(ring));
            return;
        }
        SecretFile.create(target, KeyFile.text(ring));
        report(target, ring);
    }

    private void derive(Path from) {
        KeyRing ring = ofCluster(from).forClients();
        Path target = file;
        if (target == null || !Files.exists(target)) {
            make(ring);
            return;
        }
        if (KeyFile.read(target).scope() != KeyScope.CLIENT) {
            throw new CommandFailure(ExitStatus.REFUSED,
                    target + " holds keys of the cluster, which are never overwritten; name another file");
        }
        SecretFile.replace(target, KeyFile.text(ring));
        report(target, ring);
    }

    private void change(Step taken) {
        Path target = file;
        if (target == null) {
            throw new CommandFailure(ExitStatus.USAGE,
                    "--file is missing: --add, --promote and --retire change a file");
        }
        KeyRing ring = ofCluster(target);
        RotationStep step = taken.rotation();
        requireTurn(step, ring, target);
        KeyRing next = switch (step) {
            case ADD -> added(ring.sending(), target);
            case PROMOTE -> KeyRing.of(ring.keys().getLast(), ring.sending());
            case RETIRE -> KeyRing.of(ring.sending());
        };
        SecretFile.replace(target, KeyFile.text(next));
        report(target, next);
    }

    private static void requireTurn(RotationStep step, KeyRing ring, Path target) {
        RotationStep next = RotationStep.next(ring);
        if (step != next) {
            throw new CommandFailure(ExitStatus.REFUSED, step.option() + " is out of turn: " + target + " "
                    + described(ring) + "; " + standing(next, ring) + "; allowed next is " + next.option());
        }
    }

    private static String standing(RotationStep next, KeyRing ring) {
        return switch (next) {
            case ADD -> "no rotation is under way";
            case PROMOTE -> ring.keys().getLast() + " was added and is not promoted yet";
            case RETIRE -> ring.sending() + " was promoted and " + ring.keys().getLast() + " is not retired yet";
        };
    }

    private KeyRing added(SealKey present, Path target) {
        int added = number(RotationStep.idAfter(present.id(), 1));
        if (!RotationStep.isLater(added, present.id())) {
            throw new CommandFailure(ExitStatus.USAGE, "--id is " + added + ", and " + target + " has " + present
                    + "; a newer key has a later id, by which the steps are told apart: allowed are "
                    + RotationStep.laterIds(present.id()));
        }
        return KeyRing.of(present, SealKey.draw(added, new SecureRandom()));
    }

    private static KeyRing ofCluster(Path source) {
        KeyRing ring = KeyFile.read(source);
        if (ring.scope() != KeyScope.CLUSTER) {
            throw new CommandFailure(ExitStatus.USAGE,
                    source + " holds keys for clients, which follow from those of the cluster; name the file of these");
        }
        return ring;
    }

    private int number(int otherwise) {
        Integer given = id;
        if (given != null && (given < SealKey.ID_MIN || given > SealKey.ID_MAX)) {
            throw new CommandFailure(ExitStatus.USAGE,
                    "--id is " + given + "; allowed are " + SealKey.ID_MIN + " to " + SealKey.ID_MAX);
        }
        return given == null ? otherwise : given;
    }

    private void report(Path target, KeyRing ring) {
        print(target + ": " + described(ring) + "\n");
    }

    private static String described(KeyRing ring) {
        String taken = ring.keys().stream().skip(1).map(SealKey::toString).collect(Collectors.joining(", "));
        return "seals with " + ring.sending() + (taken.isEmpty() ? "" : ", takes " + taken + " too");
    }

    private void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
    }
}
