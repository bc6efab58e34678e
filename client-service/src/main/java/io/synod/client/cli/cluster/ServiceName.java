package io.synod.client.cli.cluster;

/** Names one process of a cluster, such as {@code acceptor-0}. */
public record ServiceName(ServiceKind kind, int id) implements Comparable<ServiceName> {

    @Override
    public int compareTo(ServiceName other) {
        int order = kind.compareTo(other.kind);
        return order != 0 ? order : Integer.compare(id, other.id);
    }

    @Override
    public String toString() {
        return kind.label() + "-" + id;
    }
}
