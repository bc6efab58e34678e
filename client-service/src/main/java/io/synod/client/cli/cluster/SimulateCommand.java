package io.synod.client.cli.cluster;

import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code synod simulate}, as help lists it. The script starts the simulation itself, which has a command line and a class path
 * of its own, without Spring; so this one is reached only past the script.
 */
@Command(
        name = "simulate",
        description = {
                "Runs simulated clusters under faults and checks every rule. What happens in one follows from its seed alone.",
                "A failure prints the command that replays it. See ./synod simulate --help for its options."
        },
        exitCodeList = {
                "0:all seeds passed",
                "2:wrong command line",
                "20:a role failed",
                "21:a rule that must always hold was broken",
                "22:a healed cluster made no progress"
        })
public final class SimulateCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        throw new CommandFailure(ExitStatus.USAGE, "start it as ./synod simulate, the word simulate first");
    }
}
