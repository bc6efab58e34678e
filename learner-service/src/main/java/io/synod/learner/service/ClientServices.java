package io.synod.learner.service;

import io.synod.config.ConfigurationException;
import io.synod.udp.PeerAddress;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code paxos.learner.client-services}: where client-services answer over HTTP. */
public final class ClientServices {

    private ClientServices() {}

    /**
     * Returns the addresses.
     *
     * @throws ConfigurationException naming the one that is none
     */
    public static List<PeerAddress> parse(List<String> configured) {
        List<PeerAddress> addresses = new ArrayList<>();
        for (int i = 0; i < configured.size(); i++) {
            try {
                addresses.add(PeerAddress.parse(configured.get(i).strip()));
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException("paxos.learner.client-services[" + i + "]", configured.get(i),
                        "allowed is the host:port at which a client-service answers over HTTP, such as 127.0.0.1:8900");
            }
        }
        return List.copyOf(addresses);
    }
}
