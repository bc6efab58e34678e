package io.synod.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What keeps a role deterministic: the same messages at the same times bring about the same effects, here and in the
 * simulation. Each ban says what to use instead.
 */
public final class RoleRules {

    private static final Set<String> CLOCKS = Set.of("java.lang.System.nanoTime", "java.lang.System.currentTimeMillis");
    private static final Set<String> RANDOM = Set.of("java.lang.Math.random", "java.lang.StrictMath.random",
            "java.util.UUID.randomUUID", "java.util.random.RandomGenerator.of",
            "java.util.random.RandomGenerator.getDefault", "java.util.Collections.shuffle");
    private static final Set<String> UNORDERED = Set.of("java.util.Set.of", "java.util.Set.copyOf", "java.util.Map.of",
            "java.util.Map.copyOf", "java.util.Map.ofEntries", "java.util.stream.Collectors.toSet",
            "java.util.stream.Collectors.toMap", "java.util.stream.Collectors.groupingBy",
            "java.util.stream.Collectors.toUnmodifiableSet", "java.util.stream.Collectors.toUnmodifiableMap",
            "java.lang.System.identityHashCode");
    private static final Set<String> STREAMS = Set.of("parallel", "parallelStream");

    private RoleRules() {}

    /** Reads the compiled classes of packages from the class path, without tests. */
    public static JavaClasses classes(String... packages) {
        return new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(packages);
    }

    /**
     * All that a role must keep to.
     *
     * @param rolePackage the role's package, such as {@code io.synod.acceptor}; packages below it are not meant
     * @param roles packages of other roles that it is made of
     */
    public static ArchRule pureRole(String rolePackage, String... roles) {
        String[] allowed = Stream.concat(Stream.of(roles), Stream.of(rolePackage, "io.synod.protocol..",
                "io.synod.role", "java..", "org.jspecify.annotations")).toArray(String[]::new);
        ArchRule own = noClasses().that().resideInAPackage(rolePackage).should().dependOnClassesThat(
                DescribedPredicate.not(resideInAnyPackage(allowed))
                        .and(describe("are no primitives", (JavaClass c) -> !c.getPackageName().isEmpty())))
                .as("A role sees only the protocol, the seam and the JDK: no Spring, Micrometer or logger;"
                        + " what is to be logged, counted or sent elsewhere it records as an Output, a counter of its own or a message");
        return CompositeArchRule.of(own).and(deterministic(rolePackage));
    }

    /** The part of the rules that also holds for what roles are made of and are driven by. */
    public static ArchRule deterministic(String... packages) {
        CompositeArchRule all = CompositeArchRule.of(noCalls(packages, RoleRules::isClock)
                .as("No clock: the time is an argument, nowNanos"));
        all = all.and(noUse(packages, "java.time..")
                .as("No java.time: the time is an argument, nowNanos, and a span is a long in nanoseconds"));
        all = all.and(noCalls(packages, call -> RANDOM.contains(name(call))).as(
                "No randomness of one's own: it is handed in as a java.util.random.RandomGenerator"));
        all = all.and(noUse(packages, List.of("java.util.Random", "java.util.SplittableRandom",
                "java.security.SecureRandom", "java.util.concurrent.ThreadLocalRandom"))
                .as("No generator of one's own: a java.util.random.RandomGenerator is handed in"));
        all = all.and(noUse(packages, "java.io..", "java.nio.file..", "java.nio.channels..", "java.net..").as(
                "No I/O: record a write, a message or an output, and the node carries it out"));
        all = all.and(noUse(packages, List.of("java.util.HashMap", "java.util.HashSet", "java.util.IdentityHashMap",
                "java.util.WeakHashMap", "java.util.Hashtable")).as(
                        "No unordered collection: use an array, ArrayDeque, EnumMap, LinkedHashMap or TreeMap"));
        all = all.and(noCalls(packages, call -> UNORDERED.contains(name(call)))
                .as("No unordered collection: List.of, EnumSet, LinkedHashSet, LinkedHashMap or TreeMap keep an order"));
        return all.and(singleThreaded(packages));
    }

    private static ArchRule singleThreaded(String... packages) {
        DescribedPredicate<JavaClass> concurrency = describe("serve several threads",
                c -> (c.getPackageName().startsWith("java.util.concurrent")
                        && !c.getName().equals("java.util.concurrent.TimeUnit"))
                        || c.isAssignableTo(Thread.class));
        ArchRule types = noClasses().that().resideInAnyPackage(packages).should().dependOnClassesThat(concurrency)
                .as("No threads, locks or futures: one thread calls a role, and what lasts is a state and a deadline");
        ArchRule locks = ArchRuleDefinition.noMethods().that().areDeclaredInClassesThat().resideInAnyPackage(packages)
                .should().haveModifier(JavaModifier.SYNCHRONIZED)
                .as("No locks: one thread calls a role");
        ArchRule streams = noCalls(packages, call -> STREAMS.contains(call.getTarget().getName()))
                .as("No parallel streams: one thread calls a role");
        return CompositeArchRule.of(types).and(locks).and(streams);
    }

    private static ArchRule noUse(String[] packages, String... banned) {
        return noClasses().that().resideInAnyPackage(packages).should().dependOnClassesThat()
                .resideInAnyPackage(banned);
    }

    private static ArchRule noUse(String[] packages, List<String> banned) {
        return noClasses().that().resideInAnyPackage(packages).should().dependOnClassesThat(
                describe("are " + String.join(", ", banned), c -> banned.contains(c.getName())));
    }

    private static ArchRule noCalls(String[] packages, java.util.function.Predicate<JavaAccess<?>> banned) {
        return noClasses().that().resideInAnyPackage(packages).should()
                .accessTargetWhere(describe("is banned", banned)).allowEmptyShould(true);
    }

    private static boolean isClock(JavaAccess<?> call) {
        return CLOCKS.contains(name(call));
    }

    private static String name(JavaAccess<?> call) {
        return call.getTargetOwner().getName() + "." + call.getTarget().getName();
    }
}
