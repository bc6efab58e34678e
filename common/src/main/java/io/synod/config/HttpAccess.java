package io.synod.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.springframework.core.env.Environment;

/**
 * How a service's HTTP is guarded.
 *
 * @param tokens whether it asks for tokens
 * @param loopback whether this host alone reaches it
 * @param tls whether it is encrypted
 */
public record HttpAccess(boolean tokens, boolean loopback, boolean tls) {

    /** As configured. */
    public static HttpAccess of(Environment environment, PaxosProperties.Security security) {
        return new HttpAccess(HttpTokens.inForce(security),
                isLoopback(environment.getProperty("server.address", "")),
                environment.getProperty("server.ssl.enabled", Boolean.class, true)
                        && (environment.containsProperty("server.ssl.bundle")
                                || environment.containsProperty("server.ssl.key-store")
                                || environment.containsProperty("server.ssl.certificate")));
    }

    /** Returns whether an address is one that only this host reaches; an empty one stands for all. */
    static boolean isLoopback(String address) {
        try {
            return !address.isBlank()
                    && Arrays.stream(InetAddress.getAllByName(address)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether whoever reaches the port may do anything, and others than this host reach it. */
    public boolean isOpen() {
        return !tokens && !loopback;
    }

    /** In a word: {@code tokens}, {@code loopback} or {@code open}. */
    public String label() {
        return tokens ? "tokens" : loopback ? "loopback" : "open";
    }
}
