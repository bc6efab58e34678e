package io.synod.client.cli.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScheduleTests {

    private static final List<String> ACCEPTORS = List.of("acceptor-0", "acceptor-1", "acceptor-2");
    private static final List<String> PROPOSERS = List.of("proposer-0", "proposer-1");
    private static final List<String> LEARNERS = List.of("learner-0", "learner-1");
    private static final List<String> OTHERS = List.of("proposer-0", "proposer-1", "learner-0");
    private static final long MILLIS = 600_000;

    private static List<Fault> draw(long seed, long millis) {
        return Schedule.draw(seed, millis, ACCEPTORS, PROPOSERS, LEARNERS, OTHERS);
    }

    @Test
    void aSeedGivesTheSameFaultsAndAnotherSeedOthers() {
        assertThat(draw(7, MILLIS)).isEqualTo(draw(7, MILLIS)).isNotEqualTo(draw(8, MILLIS));
    }

    @Test
    void aLongerRunBeginsAsAShorterOne() {
        List<Fault> shorter = draw(7, MILLIS / 10);
        assertThat(draw(7, MILLIS).subList(0, shorter.size())).isEqualTo(shorter);
    }

    @Test
    void everyKindComesAndAllIsOverInTime() {
        List<Fault> faults = draw(1, MILLIS);
        Set<Fault.Kind> kinds = faults.stream().map(Fault::kind).collect(Collectors.toSet());
        assertThat(kinds).isEqualTo(EnumSet.allOf(Fault.Kind.class));
        assertThat(faults).allMatch(fault -> fault.endMillis() <= MILLIS).hasSizeBetween(200, 400);
    }

    @Test
    void acceptorsAndLearnersLoseWhatTheyKeep() {
        assertThat(draw(1, 10 * MILLIS)).filteredOn(fault -> fault.kind() == Fault.Kind.WIPE)
                .extracting(Fault::victim)
                .containsOnly("acceptor-0", "acceptor-1", "acceptor-2", "learner-0", "learner-1");
    }

    @Test
    void onlyTheLastAcceptorHasASmallDisk() {
        assertThat(draw(1, MILLIS)).filteredOn(fault -> fault.kind() == Fault.Kind.FILL).isNotEmpty()
                .allMatch(fault -> fault.victim().equals("acceptor-2"));
    }
}
