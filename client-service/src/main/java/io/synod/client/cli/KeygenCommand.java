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
                        + " --promote, --retire. Clients are given a file made by --client, anew at each step."
        })
final class KeygenCommand implements Callable<Integer> {

    /** What is done instead of making a key. */
    static final class Step {

        @Option(
                names = "--add",
                description = "Step 1: add a key to FILE, which is taken from others and not sealed with yet.")
        boolean add;

        @Option(names = "--promote",
                description = "Step 2: seal with the second key of FILE, and take the first one still.")
        boolean promote;

        @Option(names = "--retire",
                description = "Step 3: drop the second key of FILE, which is not sealed with any more.")
        boolean retire;

        @Option(
                names = "--client",
                paramLabel = "FROM",
                description = "Derive from the cluster keys in the file FROM those for clients: whoever has them speaks as a"
                        + " client alone. Replaces a FILE of client keys.")
        @Nullable
        Path from;
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
                    + " (default: 1; with --add the one after the other key's).")
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
        KeyRing next = taken.add ? added(ring, target) : taken.promote ? promoted(ring, target) : retired(ring, target);
        SecretFile.replace(target, KeyFile.text(next));
        report(target, next);
    }

    private KeyRing added(KeyRing ring, Path target) {
        if (ring.keys().size() == KeyRing.KEYS_MAX) {
            throw new CommandFailure(ExitStatus.REFUSED, target + " has two keys already: " + described(ring)
                    + "; a rotation that was begun goes on by --promote or --retire");
        }
        int before = ring.sending().id();
        int added = number(before == SealKey.ID_MAX ? SealKey.ID_MIN : before + 1);
        if (added == before) {
            throw new CommandFailure(ExitStatus.USAGE, "--id is " + added + ", which is the id of the key in " + target
                    + "; allowed are others");
        }
        return KeyRing.of(ring.sending(), SealKey.draw(added, new SecureRandom()));
    }

    private static KeyRing promoted(KeyRing ring, Path target) {
        requireTwo(ring, target);
        return KeyRing.of(ring.keys().getLast(), ring.sending());
    }

    private static KeyRing retired(KeyRing ring, Path target) {
        requireTwo(ring, target);
        return KeyRing.of(ring.sending());
    }

    private static void requireTwo(KeyRing ring, Path target) {
        if (ring.keys().size() < KeyRing.KEYS_MAX) {
            throw new CommandFailure(ExitStatus.REFUSED,
                    target + " has one key, " + ring.sending() + "; a rotation begins by --add");
        }
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
