package io.synod.udp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;

/** Finds the address of a name; may take as long as it likes, since it is never asked on the loop's thread. */
@FunctionalInterface
public interface NameResolver {

    InetAddress resolve(String host) throws UnknownHostException;

    /**
     * The system's resolver. What it finds the Java platform keeps for 30 s unless it is told otherwise; this tells it 5 s,
     * and 1 s for a name that was not found, since the default is 10 s.
     */
    static NameResolver system() {
        setIfUnset("networkaddress.cache.ttl", "5");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
        return InetAddress::getByName;
    }

    private static void setIfUnset(String property, String seconds) {
        if (Security.getProperty(property) == null) {
            Security.setProperty(property, seconds);
        }
    }
}
