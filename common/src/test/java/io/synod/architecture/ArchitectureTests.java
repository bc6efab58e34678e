package io.synod.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** {@code protocol <- role <- runtime <- udp <- config <- {observability, http} <- node}: arrows go only this way. */
class ArchitectureTests {

    private static final JavaClasses COMMON = RoleRules.classes("io.synod");

    @Test
    void theClassesAreThere() {
        assertThat(COMMON.size()).isGreaterThan(100);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.synod.(*)..").should().beFreeOfCycles().check(COMMON);
    }

    @ParameterizedTest
    @CsvSource({"io.synod.protocol.., io.synod.role..", "io.synod.role.., io.synod.runtime..",
            "io.synod.runtime.., io.synod.udp..", "io.synod.udp.., io.synod.config..",
            "io.synod.config.., io.synod.observability..", "io.synod.observability.., io.synod.node..",
            "io.synod.config.., io.synod.http..", "io.synod.http.., io.synod.node.."})
    void arrowsGoOneWay(String below, String above) {
        noClasses().that().resideInAPackage(below).should().dependOnClassesThat().resideInAPackage(above)
                .check(COMMON);
    }

    @Test
    void protocolRoleAndRuntimeNeedTheJdkAlone() {
        noClasses().that().resideInAnyPackage("io.synod.protocol..", "io.synod.role..", "io.synod.runtime..").should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", "io.synod..", "javax.crypto..", "org.jspecify..", "")
                .because("the simulation and the command line run them without Spring, Micrometer or a logger")
                .check(COMMON);
    }

    @Test
    void protocolAndRoleAreDeterministic() {
        RoleRules.deterministic("io.synod.protocol..", "io.synod.role").check(COMMON);
    }

    @Test
    void onlyTheLoopReadsAClockBelowTheShell() {
        noClasses().that().resideInAnyPackage("io.synod.protocol..", "io.synod.role..", "io.synod.runtime..").and()
                .doNotHaveSimpleName("EventLoop").should().callMethod(System.class, "nanoTime").orShould()
                .callMethod(System.class, "currentTimeMillis")
                .because("production and simulation drive the same node, each by its own clock")
                .check(COMMON);
    }

    /** A class that breaks each rule, to see that the rules can see. */
    static class Impure {
        private final Map<String, String> unordered = new HashMap<>();

        long clock() {
            return System.nanoTime();
        }

        java.time.Instant instant() {
            return java.time.Instant.EPOCH;
        }

        double random() {
            return new java.util.Random().nextInt() + Math.random();
        }

        Map<String, String> map() {
            return unordered;
        }

        List<String> order() {
            return new ArrayList<>(Set.of("a", "b"));
        }

        synchronized void lock() {
            new ReentrantLock().lock();
        }

        void io(java.nio.file.Path path) {
            LoggerFactory.getLogger(Impure.class).info("{}", path);
        }
    }

    @ParameterizedTest
    @CsvSource({"the time is an argument", "a java.util.random.RandomGenerator is handed in",
            "use an array", "List.of, EnumSet", "one thread calls a role", "No threads", "the node carries it out",
            "no Spring, Micrometer or logger"})
    void eachBanIsSeenAndSaysWhatToUseInstead(String text) {
        JavaClasses impure = new ClassFileImporter().importClasses(Impure.class);
        ArchRule rule = RoleRules.pureRole("io.synod.architecture");
        assertThatThrownBy(() -> rule.check(impure)).isInstanceOf(AssertionError.class).hasMessageContaining(text);
    }
}
