package io.synod.client.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How commands call services over HTTP: with the token of a file, if there is one, and over TLS where there is the certificate of an
 * authority to trust.
 */
public final class Access {

    /** Name of the environment variable with the file of the token. */
    public static final String TOKEN_FILE = "SYNOD_TOKEN_FILE";
    /** Name of the environment variable with the certificates, as PEM, of the authorities to trust. */
    public static final String CA_FILE = "SYNOD_CA_FILE";

    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);

    private final @Nullable String authorization;
    private final @Nullable SSLContext tls;
    private @Nullable HttpClient client;

    private Access(@Nullable String authorization, @Nullable SSLContext tls) {
        this.authorization = authorization;
        this.tls = tls;
    }

    /** As the environment says. */
    public static Access ofEnvironment() {
        return of(variable(TOKEN_FILE), variable(CA_FILE));
    }

    /**
     * With files.
     *
     * @param tokenFile where the token is; null for none
     * @param caFile where the certificates are; null for no TLS
     * @throws CommandFailure if one cannot be used
     */
    public static Access of(@Nullable Path tokenFile, @Nullable Path caFile) {
        return new Access(tokenFile == null ? null : "Bearer " + token(tokenFile),
                caFile == null ? null : context(caFile));
    }

    /** The path that an environment variable names; null if it is not set. */
    static @Nullable Path variable(String name) {
        String text = System.getenv(name);
        return text == null || text.isBlank() ? null : Path.of(text);
    }

    private static String token(Path file) {
        String token;
        try {
            token = Files.readString(file).strip();
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.USAGE, "the token cannot be read: " + CommandFailure.text(e), e);
        }
        if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new CommandFailure(ExitStatus.USAGE,
                    file + " holds no token; allowed is one line of printable ASCII");
        }
        return token;
    }

    private static SSLContext context(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + count++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.USAGE, "the certificates cannot be read: " + CommandFailure.text(e), e);
        } catch (GeneralSecurityException e) {
            throw new CommandFailure(ExitStatus.USAGE, file + " holds no certificates as PEM: " + e.getMessage(), e);
        }
    }

    /** How the URLs of calls begin. */
    public String scheme() {
        return tls == null ? "http" : "https";
    }

    /** How the URLs of WebSockets begin. */
    String socketScheme() {
        return tls == null ? "ws" : "wss";
    }

    /** What goes into the header {@code Authorization}; null for nothing. */
    @Nullable
    String authorization() {
        return authorization;
    }

    HttpRequest.Builder authorize(HttpRequest.Builder request) {
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    /** Adds token and trust to a connection that is not open yet. */
    public void prepare(HttpURLConnection connection) {
        if (tls != null && connection instanceof HttpsURLConnection secured) {
            secured.setSSLSocketFactory(tls.getSocketFactory());
        }
        if (authorization != null) {
            connection.setRequestProperty("Authorization", authorization);
            connection.setInstanceFollowRedirects(false);
        }
    }

    synchronized HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            HttpClient.Builder builder =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_MAX);
            made = (tls == null ? builder : builder.sslContext(tls)).build();
            client = made;
        }
        return made;
    }

    /** What to do about an answer that is a matter of the token, to be added to a message; empty for any other. */
    public static String hint(int status) {
        return status == 401 ? "; --token-file or " + TOKEN_FILE + " names the file with a token" : "";
    }
}
