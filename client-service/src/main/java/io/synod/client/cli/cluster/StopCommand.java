package io.synod.client.cli.cluster;

import io.synod.client.cli.ExitStatus;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code synod stop}: ends the processes of a local cluster. */
@Command(name = "stop", description = {
        "Ends the processes of the local cluster, or those of a role, or one.",
        "A process is asked to end (SIGTERM), and killed when it has not ended after 15 s."
})
public final class StopCommand implements Callable<Integer> {

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(index = "0", arity = "0..1", paramLabel = "ROLE",
            description = "${COMPLETION-CANDIDATES}; all roles if left out")
    private @Nullable ServiceKind kind;

    @Parameters(index = "1", arity = "0..1", paramLabel = "ID", description = "all of the role if left out")
    private @Nullable Integer id;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        DataDirectory directory = data.directory();
        List<ServiceName> services = directory.started().stream().filter(this::isMeant).toList();
        List<ServiceName> living = services.stream().filter(service -> directory.living(service) != null).toList();
        List<ServiceName> killed = LocalCluster.stop(directory, services);
        if (living.isEmpty()) {
            out.println("nothing to stop: none of " + describe() + " runs here (" + directory.path() + ")");
        }
        for (ServiceName service : living) {
            out.println(service + (killed.contains(service) ? " was killed: it did not end by itself" : " stopped"));
        }
        out.flush();
        return ExitStatus.OK.code();
    }

    private boolean isMeant(ServiceName service) {
        return (kind == null || service.kind() == kind) && (id == null || service.id() == id);
    }

    private String describe() {
        return kind == null ? "the cluster's processes" : id == null ? "the " + kind + "s" : kind + " " + id;
    }
}
