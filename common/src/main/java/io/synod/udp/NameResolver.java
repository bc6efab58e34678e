package io.synod.udp;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the address of a name; may take as long as it likes, since it is never asked on the loop's thread. */
@FunctionalInterface
public interface NameResolver {

    InetAddress resolve(String host) throws UnknownHostException;

    /** The system's resolver. */
    static NameResolver system() {
        return InetAddress::getByName;
    }
}
