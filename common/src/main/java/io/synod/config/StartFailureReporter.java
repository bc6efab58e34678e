package io.synod.config;

import io.synod.protocol.NodeId;
import io.synod.runtime.StoreUnusableException;
import io.synod.udp.UdpBindException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Says in one line on standard error why a service does not start, when it is something that its user can mend: a
 * property, a port that is taken, or a store. It goes there and not to the log, since a wrong configuration is found before there is one.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartFailureReporter implements SpringBootExceptionReporter {

    private final @Nullable ConfigurableApplicationContext context;

    StartFailureReporter(@Nullable ConfigurableApplicationContext context) {
        this.context = context;
    }

    @Override
    public boolean reportException(Throwable failure) {
        String line = line(failure);
        if (line == null) {
            return false;
        }
        System.err.println("Cannot start: " + line.replaceAll("\\s*\\R\\s*", " "));
        return true;
    }

    /** Returns what to say; null when the failure is of another kind. */
    @Nullable
    String line(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable t = failure; t != null && !chain.contains(t); t = t.getCause()) {
            chain.add(t);
        }
        for (Throwable t : chain) {
            if (t instanceof ConfigurationException || t instanceof StoreUnusableException) {
                return t.getMessage();
            }
            if (t instanceof UdpBindException udp) {
                return udpPort(udp);
            }
            if (t instanceof org.springframework.boot.context.properties.bind.BindException bind
                    && bind.getName().toString().startsWith("paxos")) {
                return binding(bind, chain);
            }
        }
        for (Throwable t : chain) {
            // Boot's exception of the web server, which this library does not depend on; or the socket's own.
            if (t.getClass().getSimpleName().equals("PortInUseException") || t instanceof BindException) {
                return httpPort();
            }
        }
        return null;
    }

    private String udpPort(UdpBindException udp) {
        if (context == null) {
            return String.valueOf(udp.getMessage());
        }
        PaxosProperties properties = PaxosEnvironment.bind(context.getEnvironment());
        boolean isOwn = properties.requiredRole() != ServiceRole.CLIENT && properties.transport().port() == null;
        String property = isOwn
                ? ClusterAddresses.property(NodeId.of(properties.requiredRole().nodeType(), properties.id()))
                : "paxos.transport.port";
        int port = udp.bind().getPort();
        boolean taken = String.valueOf(udp.getMessage()).contains("in use");
        return property + " says UDP port '" + port + "', and " + (taken
                ? udp.bind().getAddress().getHostAddress() + ":" + port
                        + " is in use: stop the process that holds it (ss -lunp 'sport = :" + port
                        + "' shows it), or set another"
                : udp.getMessage() + "; look at paxos.transport.bind-address");
    }

    private String httpPort() {
        Environment environment = context == null ? null : context.getEnvironment();
        String port = environment == null ? null : environment.getProperty("server.port");
        return "server.port is '" + port + "', and TCP port " + port
                + " is in use: stop the process that holds it (ss -ltnp 'sport = :" + port
                + "' shows it), or set another";
    }

    private static String binding(org.springframework.boot.context.properties.bind.BindException bind,
            List<Throwable> chain) {
        Throwable root = chain.getLast();
        if (root instanceof UnboundConfigurationPropertiesException unbound) {
            ConfigurationProperty first = unbound.getUnboundProperties().iterator().next();
            return first.getName() + " is '" + first.getValue()
                    + "'; ids start at 0 and have no gap, and an earlier entry of the list is missing";
        }
        ConfigurationProperty property = bind.getProperty();
        return (property == null
                ? bind.getName().toString()
                : bind.getName() + " is '" + property.getValue() + "'") + "; " + allowed(bind, root);
    }

    private static String allowed(org.springframework.boot.context.properties.bind.BindException bind,
            Throwable root) {
        Class<?> type = bind.getTarget().getType().resolve();
        if (type != null && type.isEnum()) {
            List<String> names = new ArrayList<>();
            for (Object constant : type.getEnumConstants()) {
                names.add(constant.toString().toLowerCase(java.util.Locale.ROOT));
            }
            return "allowed are " + String.join(", ", names);
        }
        String what = type == null ? "another kind of value" : switch (type.getSimpleName()) {
            case "int", "Integer", "long", "Long" -> "a whole number";
            case "Duration" -> "a time, such as 50ms or 3s";
            case "DataSize" -> "a size, such as 1MB or 65536B";
            case "boolean", "Boolean" -> "true or false";
            default -> "a " + type.getSimpleName() + " (" + root.getMessage() + ")";
        };
        return "allowed is " + what;
    }
}
