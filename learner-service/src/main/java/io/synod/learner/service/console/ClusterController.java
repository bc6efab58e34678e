package io.synod.learner.service.console;

import io.synod.config.NodeDescription;
import java.util.List;
import java.util.function.IntSupplier;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/cluster}: the cluster as this learner can see it, for the console. */
@RestController
final class ClusterController {

    /**
     * The cluster.
     *
     * @param name its name
     * @param self this learner, such as {@code learner-0}
     * @param phase1 how many acceptors make a phase-1 quorum
     * @param phase2 how many acceptors make a phase-2 quorum
     * @param canTrim whether this learner may ask for a trim
     * @param clientServices how many client-services it may hand values on to
     * @param subscribers who reads the log here
     * @param subscribersMax how many may
     * @param members everyone that is configured
     */
    record Cluster(
            String name,
            String self,
            int phase1,
            int phase2,
            boolean canTrim,
            int clientServices,
            int subscribers,
            int subscribersMax,
            List<ClusterView.Member> members) {}

    private final ClusterView view;
    private final NodeDescription description;
    private final String self;
    private final Abilities abilities;
    private final IntSupplier subscribers;

    /**
     * What this learner may do, as it is configured.
     *
     * @param canTrim whether it may ask for a trim
     * @param clientServices how many client-services it may hand values on to
     * @param subscribersMax how many may read the log here
     */
    record Abilities(boolean canTrim, int clientServices, int subscribersMax) {}

    ClusterController(
            ClusterView view, NodeDescription description, String self, Abilities abilities, IntSupplier subscribers) {
        this.view = view;
        this.description = description;
        this.self = self;
        this.abilities = abilities;
        this.subscribers = subscribers;
    }

    @GetMapping("/api/cluster")
    Cluster cluster() {
        return new Cluster(
                description.cluster().name(),
                self,
                description.quorums().phase1(),
                description.quorums().phase2(),
                abilities.canTrim(),
                abilities.clientServices(),
                subscribers.getAsInt(),
                abilities.subscribersMax(),
                view.members());
    }
}
