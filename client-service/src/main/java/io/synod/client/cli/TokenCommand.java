package io.synod.client.cli;

import io.synod.config.ConfigurationException;
import io.synod.config.HttpRole;
import io.synod.config.HttpToken;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code synod token}: makes a token for HTTP, and prints its entry for the configuration. */
@Command(
        name = "token",
        description = {
                "Makes a token for HTTP: writes it to a file that only you can read, and prints its entry (name, role and hash)",
                "for paxos.security.tokens or a line of paxos.security.tokens-file. The token stands nowhere else."
        })
final class TokenCommand implements Callable<Integer> {

    private static final int BYTES = 32;
    /** So that who finds one lying about sees what it is. */
    private static final String PREFIX = "synod_";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NAME",
            description = "Whose it is: letters, digits, dots, dashes, underscores. It stands in the audit log.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "ROLE",
            description = "reader (reads), submitter (also submits) or operator (also all else).")
    private HttpRole role = HttpRole.READER;

    @Option(names = "--out", paramLabel = "FILE",
            description = "Where the token goes, a file that is not there yet. Default: NAME.token.")
    private @Nullable Path out;

    @Override
    public Integer call() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        String entry = new HttpToken(name, role, HttpToken.hashOf(token)).entry();
        try {
            HttpToken.parse("NAME", entry);
        } catch (ConfigurationException e) {
            throw new CommandFailure(ExitStatus.USAGE, "NAME is '" + name
                    + "'; allowed are 1 to 64 letters, digits, dots, dashes and underscores", e);
        }
        Path given = out;
        Path file = given == null ? Path.of(name + ".token") : given;
        SecretFile.create(file, token + "\n");
        spec.commandLine().getErr().println("the token of " + name + " is in " + file);
        spec.commandLine().getErr().flush();
        spec.commandLine().getOut().println(entry);
        spec.commandLine().getOut().flush();
        return ExitStatus.OK.code();
    }
}
