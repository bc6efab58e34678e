package io.synod.http;

import io.synod.config.ConfigurationException;
import io.synod.config.HttpToken;
import io.synod.config.HttpTokens;
import io.synod.config.PaxosProperties;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;

/**
 * How this service calls others over HTTP: with the token of {@code paxos.security.http-token-file}, and over TLS where
 * {@code paxos.security.http-bundle} says whom to trust. The file is read for each call, so that it may change. Thread-safe.
 */
public final class ServiceCalls {

    private static final String PROPERTY = "paxos.security.http-token-file";
    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);

    private final @Nullable Path tokenFile;
    private final @Nullable SSLContext tls;
    private @Nullable HttpClient client;

    private ServiceCalls(@Nullable Path tokenFile, @Nullable SSLContext tls) {
        this.tokenFile = tokenFile;
        this.tls = tls;
    }

    /** Without a token and without TLS. */
    public static ServiceCalls plain() {
        return new ServiceCalls(null, null);
    }

    /**
     * As configured.
     *
     * @throws ConfigurationException if there is no such file, no token in it, or no such bundle
     */
    static ServiceCalls of(PaxosProperties.Security security, Supplier<@Nullable SslBundles> bundles) {
        Path file = HttpTokens.ownFile(security);
        if (file != null) {
            try {
                readToken(file);
            } catch (IOException e) {
                throw new ConfigurationException(PROPERTY, file, "allowed is a file with one token: " + e.getMessage());
            }
        }
        String name = security.httpBundle();
        return new ServiceCalls(file, name == null ? null : context(name, bundles.get()));
    }

    private static SSLContext context(String name, @Nullable SslBundles bundles) {
        try {
            if (bundles != null) {
                return bundles.getBundle(name).createSslContext();
            }
        } catch (NoSuchSslBundleException e) {
            // Refused below.
        }
        throw new ConfigurationException("paxos.security.http-bundle", name,
                "allowed is the name of a bundle of spring.ssl.bundle.pem or spring.ssl.bundle.jks");
    }

    private static String readToken(Path file) throws IOException {
        String token = Files.readString(file).strip();
        if (token.length() < HttpToken.CHARS_MIN || token.length() > HttpToken.CHARS_MAX
                || !token.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new IOException("what it holds is no token");
        }
        return token;
    }

    /** How the other services' URLs begin: {@code http} or {@code https}. */
    public String scheme() {
        return tls == null ? "http" : "https";
    }

    /** What goes into the header {@code Authorization}; null for nothing. */
    private @Nullable String authorization() throws IOException {
        return tokenFile == null ? null : "Bearer " + readToken(tokenFile);
    }

    /**
     * Adds the token to a request.
     *
     * @throws IOException if it cannot be read
     */
    public HttpRequest.Builder authorize(HttpRequest.Builder request) throws IOException {
        String authorization = authorization();
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    /** The client of this service, which is made when it is first asked for: it would make each start slower. */
    public synchronized HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            HttpClient.Builder builder =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_MAX);
            made = (tls == null ? builder : builder.sslContext(tls)).build();
            client = made;
        }
        return made;
    }

    /**
     * Does both for a connection that is not open yet.
     *
     * @throws IOException if the token cannot be read
     */
    public void prepare(HttpURLConnection connection) throws IOException {
        if (tls != null && connection instanceof HttpsURLConnection secured) {
            secured.setSSLSocketFactory(tls.getSocketFactory());
        }
        String authorization = authorization();
        if (authorization != null) {
            connection.setRequestProperty("Authorization", authorization);
            connection.setInstanceFollowRedirects(false);
        }
    }
}
