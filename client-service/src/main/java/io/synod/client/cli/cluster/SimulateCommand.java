package io.synod.client.cli.cluster;

import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code synod simulate}: runs the simulation, which has a class path of its own, without Spring. */
@Command(name = "simulate", description = {
        "Runs simulated clusters under faults and checks every rule. What happens in one follows from its seed alone.",
        "A failure prints the command that replays it. See ./synod simulate --help for its options."
})
public final class SimulateCommand implements Callable<Integer> {

    private static final String MAIN = "io.synod.simulation.SimulateCommand";

    @Parameters(arity = "0..*", paramLabel = "OPTION", description = "what the simulation takes")
    private List<String> arguments = new ArrayList<>();

    /** Takes options that it does not know as arguments for the simulation. */
    @Spec
    void configure(CommandSpec spec) {
        spec.parser().unmatchedOptionsArePositionalParams(true);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Installation installation = Installation.current();
        List<String> command = new ArrayList<>(List.of(Installation.java().toString(), "-XX:+UseSerialGC", "-Xmx2g",
                "-cp", installation.simulationClassPath(), MAIN));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            throw new CommandFailure(ExitStatus.INTERRUPTED, "interrupted", e);
        }
    }
}
