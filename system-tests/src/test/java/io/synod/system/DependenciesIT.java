package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the services bring along, by the bill of materials (CycloneDX) in each jar: it names every library there, and each has
 * a licence that is known here. Leaves a list of them in {@code system-tests/target/dependencies.md}.
 */
class DependenciesIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String BILL = "META-INF/sbom/application.cdx.json";
    private static final String LIBRARIES = "BOOT-INF/lib/";
    private static final List<String> SERVICES = List.of("acceptor", "proposer", "learner", "client", "replica");

    /** Those that let the project be handed on under its own licence. Of several that a library offers one is enough. */
    private static final Set<String> LICENCES = Set.of("Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause",
            "CC0-1.0", "EPL-2.0", "ISC", "Unicode-3.0");

    /**
     * A library of a service.
     *
     * @param name group and artifact
     * @param licences those it is offered under, by their SPDX ids where they have one
     */
    private record Library(String name, String version, Set<String> licences) implements Comparable<Library> {

        @Override
        public int compareTo(Library other) {
            int byName = name.compareTo(other.name);
            return byName == 0 ? version.compareTo(other.version) : byName;
        }
    }

    @Test
    void everyLibraryHasALicenceThatIsKnown() throws IOException {
        Map<Library, Set<String>> libraries = new TreeMap<>();
        for (String service : SERVICES) {
            for (Library library : libraries(service)) {
                libraries.computeIfAbsent(library, _ -> new TreeSet<>()).add(service);
            }
        }
        write(libraries);
        assertThat(libraries).hasSizeGreaterThan(50);
        assertThat(libraries.keySet())
                .allSatisfy(
                        library -> assertThat(library.licences()).as("%s", library).containsAnyElementsOf(LICENCES));
        assertThat(libraries.keySet()).extracting(Library::name).as("one version of each").doesNotHaveDuplicates();
    }

    @Test
    void theBillNamesEveryLibraryInTheJar() throws IOException {
        for (String service : SERVICES) {
            Set<String> named = new HashSet<>();
            for (JsonNode component : bill(service).path("components")) {
                named.add(component.path("name").asString() + "-" + component.path("version").asString() + ".jar");
            }
            List<String> jars = jars(service);
            assertThat(jars).as(service).hasSizeGreaterThan(20);
            assertThat(named).as(service).containsAll(jars);
        }
    }

    private static JsonNode bill(String service) throws IOException {
        try (JarFile jar = new JarFile(Synod.executableJar(service).toFile());
                InputStream in = jar.getInputStream(jar.getEntry(BILL))) {
            return JSON.readTree(in.readAllBytes());
        }
    }

    private static List<String> jars(String service) throws IOException {
        try (JarFile jar = new JarFile(Synod.executableJar(service).toFile())) {
            // The loader's tools are added by the packaging itself.
            return jar.stream().map(JarEntry::getName)
                    .filter(name -> name.startsWith(LIBRARIES) && name.endsWith(".jar"))
                    .map(name -> name.substring(LIBRARIES.length()))
                    .filter(name -> !name.startsWith("spring-boot-jarmode-"))
                    .toList();
        }
    }

    private static List<Library> libraries(String service) throws IOException {
        List<Library> libraries = new ArrayList<>();
        for (JsonNode component : bill(service).path("components")) {
            if (!component.path("group").asString("").equals("io.synod")) {
                Set<String> licences = new TreeSet<>();
                for (JsonNode offered : component.path("licenses")) {
                    licences.add(offered.path("expression").asString(
                            offered.path("license").path("id").asString(
                                    offered.path("license").path("name").asString("none"))));
                }
                libraries.add(new Library(component.path("group").asString() + ":" + component.path("name").asString(),
                        component.path("version").asString(), licences));
            }
        }
        return libraries;
    }

    private static void write(Map<Library, Set<String>> libraries) throws IOException {
        List<String> lines = new ArrayList<>(List.of("| library | version | licence | service |", "|---|---|---|---|"));
        libraries.forEach((library, services) -> lines.add("| " + library.name() + " | " + library.version() + " | "
                + String.join(" or ", library.licences()) + " | "
                + (services.size() == SERVICES.size() ? "all" : String.join(", ", services)) + " |"));
        Path target = Files.createDirectories(Synod.root().resolve("system-tests/target"));
        Files.write(target.resolve("dependencies.md"), lines);
    }
}
