package io.synod.system;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The manifests for Kubernetes: each field is one of the API, and what refers to something else finds it. No Kubernetes is
 * needed for that, and none is proved by it to take them.
 */
class KubernetesIT {

    private static final Path DIRECTORY = Synod.root().resolve("deploy/kubernetes");
    private static final String KUSTOMIZATION = "kustomization.yaml";
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "v1 Namespace", Namespace.class,
            "v1 Service", Service.class,
            "apps/v1 StatefulSet", StatefulSet.class,
            "apps/v1 Deployment", Deployment.class,
            "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class,
            "networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class);

    /** Knows no field but those of the model, which by itself keeps what it does not know. */
    private static final YAMLMapper STRICT = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            })
            .build();

    private static List<JsonNode> documents(Path file) throws IOException {
        try (MappingIterator<JsonNode> documents = STRICT.readerFor(JsonNode.class).readValues(file.toFile())) {
            return documents.readAll();
        }
    }

    private static JsonNode kustomization() throws IOException {
        return documents(DIRECTORY.resolve(KUSTOMIZATION)).getFirst();
    }

    /** Returns all objects; fails for a kind, or a field, that the API does not have. */
    private static List<HasMetadata> objects() throws IOException {
        List<HasMetadata> objects = new ArrayList<>();
        for (JsonNode resource : kustomization().path("resources")) {
            for (JsonNode document : documents(DIRECTORY.resolve(resource.asText()))) {
                String kind = document.path("apiVersion").asText() + " " + document.path("kind").asText();
                assertThat(KINDS).as(resource.asText()).containsKey(kind);
                objects.add(STRICT.treeToValue(document, KINDS.get(kind)));
            }
        }
        return objects;
    }

    private static <T extends HasMetadata> List<T> objects(Class<T> type) throws IOException {
        return objects().stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static Map<String, PodTemplateSpec> templates() throws IOException {
        Map<String, PodTemplateSpec> templates = new HashMap<>();
        objects(StatefulSet.class)
                .forEach(set -> templates.put(set.getMetadata().getName(), set.getSpec().getTemplate()));
        objects(Deployment.class)
                .forEach(set -> templates.put(set.getMetadata().getName(), set.getSpec().getTemplate()));
        return templates;
    }

    @Test
    void everyFieldIsOneOfTheApi() throws IOException {
        assertThat(objects()).hasSize(16);
        Set<String> names = new HashSet<>();
        for (HasMetadata object : objects()) {
            assertThat(names.add(object.getKind() + " " + object.getMetadata().getName())).isTrue();
        }
    }

    @Test
    void everyManifestIsListed() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            List<String> manifests = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml") && !name.equals(KUSTOMIZATION)).sorted().toList();
            List<String> listed = new ArrayList<>();
            kustomization().path("resources").forEach(resource -> listed.add(resource.asText()));
            assertThat(listed).containsExactlyInAnyOrderElementsOf(manifests);
        }
    }

    @Test
    void whatSelectsPodsFindsThem() throws IOException {
        Map<String, PodTemplateSpec> templates = templates();
        assertThat(templates.keySet()).containsExactlyInAnyOrder("acceptor", "proposer", "learner", "client");
        for (Service service : objects(Service.class)) {
            PodTemplateSpec pods = requireNonNull(templates.get(service.getMetadata().getName()));
            assertThat(pods.getMetadata().getLabels()).containsAllEntriesOf(service.getSpec().getSelector());
            List<String> ports = pods.getSpec().getContainers().getFirst().getPorts().stream()
                    .map(ContainerPort::getName).toList();
            service.getSpec().getPorts().forEach(port -> assertThat(ports).contains(port.getTargetPort().getStrVal()));
        }
        for (StatefulSet set : objects(StatefulSet.class)) {
            assertThat(set.getSpec().getServiceName()).isEqualTo(set.getMetadata().getName());
            assertThat(set.getSpec().getPodManagementPolicy()).isEqualTo("Parallel");
            assertThat(set.getSpec().getTemplate().getMetadata().getLabels())
                    .containsAllEntriesOf(set.getSpec().getSelector().getMatchLabels());
        }
        for (PodDisruptionBudget budget : objects(PodDisruptionBudget.class)) {
            assertThat(requireNonNull(templates.get(budget.getMetadata().getName())).getMetadata().getLabels())
                    .containsAllEntriesOf(budget.getSpec().getSelector().getMatchLabels());
        }
    }

    @Test
    void headlessServicesNamePodsThatAreNotReady() throws IOException {
        for (StatefulSet set : objects(StatefulSet.class)) {
            Service service = objects(Service.class).stream()
                    .filter(candidate -> candidate.getMetadata().getName().equals(set.getSpec().getServiceName()))
                    .findFirst().orElseThrow();
            assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
            assertThat(service.getSpec().getPublishNotReadyAddresses()).isTrue();
        }
    }

    @Test
    void theClusterIsTheOneThatTheSetsMake() throws IOException {
        Map<String, String> literals = literals();
        for (StatefulSet set : objects(StatefulSet.class)) {
            String name = set.getMetadata().getName();
            int port = set.getSpec().getTemplate().getSpec().getContainers().getFirst().getPorts().stream()
                    .filter(candidate -> candidate.getName().equals("paxos")).findFirst().orElseThrow()
                    .getContainerPort();
            List<String> peers = IntStream.range(0, set.getSpec().getReplicas())
                    .mapToObj(id -> name + "-" + id + "." + name + ":" + port).toList();
            assertThat(literals).containsEntry("PAXOS_CLUSTER_" + name.toUpperCase(Locale.ROOT) + "S",
                    String.join(",", peers));
        }
    }

    @Test
    void podsRunWithoutRightsAndAreProbed() throws IOException {
        templates().forEach((name, pods) -> {
            assertThat(pods.getSpec().getSecurityContext().getRunAsNonRoot()).as(name).isTrue();
            Container container = pods.getSpec().getContainers().getFirst();
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).as(name).isFalse();
            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).as(name).isTrue();
            assertThat(container.getSecurityContext().getCapabilities().getDrop()).as(name).containsExactly("ALL");
            assertThat(container.getResources().getRequests()).as(name).containsKeys("cpu", "memory");
            assertThat(container.getEnvFrom().getFirst().getConfigMapRef().getName()).isEqualTo("synod-cluster");
            for (Probe probe : List.of(container.getStartupProbe(), container.getLivenessProbe(),
                    container.getReadinessProbe())) {
                assertThat(probe.getHttpGet().getPort().getStrVal()).as(name).isEqualTo("http");
            }
        });
    }

    @Test
    void nodesAreGivenTheClustersKeysAndClientsTheirs() throws IOException {
        Map<String, String> literals = literals();
        templates().forEach((name, pods) -> {
            boolean client = name.equals("client");
            Map<String, String> files = new HashMap<>();
            Container container = pods.getSpec().getContainers().getFirst();
            for (Volume volume : pods.getSpec().getVolumes()) {
                if (volume.getSecret() != null) {
                    assertThat(volume.getSecret().getDefaultMode()).as(name).isEqualTo(0440);
                    container.getVolumeMounts().stream().filter(mount -> mount.getName().equals(volume.getName()))
                            .forEach(mount -> files.put(volume.getSecret().getSecretName(), mount.getMountPath()));
                }
            }
            String keys = client ? "synod-client-keys" : "synod-keys";
            assertThat(files).as(name).containsOnlyKeys(keys, "synod-http");
            assertThat(pods.getSpec().getSecurityContext().getFsGroup()).as(name).isEqualTo(10001L);
            String keyFile = container.getEnv().stream()
                    .filter(variable -> variable.getName().equals("PAXOS_SECURITY_KEYFILE"))
                    .map(EnvVar::getValue).findFirst().orElse(literals.get("PAXOS_SECURITY_KEYFILE"));
            assertThat(keyFile).as(name)
                    .isEqualTo(files.get(keys) + (client ? "/client.keys" : "/cluster.keys"));
            assertThat(literals).containsEntry("PAXOS_SECURITY_TOKENSFILE", files.get("synod-http") + "/tokens")
                    .containsEntry("PAXOS_SECURITY_HTTPTOKENFILE", files.get("synod-http") + "/cluster.token");
        });
        assertThat(literals).doesNotContainKeys("PAXOS_SECURITY_ALLOWPLAINTEXT", "PAXOS_SECURITY_ALLOWOPENHTTP");
    }

    private static Map<String, String> literals() throws IOException {
        Map<String, String> literals = new HashMap<>();
        kustomization().path("configMapGenerator").path(0).path("literals").forEach(literal -> {
            String[] parts = literal.asText().split("=", 2);
            literals.put(parts[0], parts[1]);
        });
        return literals;
    }

    @Test
    void whatIsMountedIsThere() throws IOException {
        Map<String, Set<String>> volumes = new HashMap<>();
        templates().forEach((name, pods) -> volumes.put(name,
                new HashSet<>(pods.getSpec().getVolumes().stream().map(Volume::getName).toList())));
        objects(StatefulSet.class).forEach(set -> set.getSpec().getVolumeClaimTemplates().forEach(
                claim -> requireNonNull(volumes.get(set.getMetadata().getName())).add(claim.getMetadata().getName())));
        templates().forEach((name, pods) -> assertThat(pods.getSpec().getContainers().getFirst().getVolumeMounts())
                .extracting(VolumeMount::getName).as(name).containsExactlyInAnyOrderElementsOf(volumes.get(name)));
    }
}
