package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.testcontainers.DockerClientFactory;

/** The images that the project's Dockerfile makes of its sources. */
final class Images {

    private static final Duration BUILD_MAX = Duration.ofMinutes(10);

    private Images() {}

    /** Returns whether containers can be run here. */
    static boolean arePossible() {
        return Commands.exists("docker") && DockerClientFactory.instance().isDockerAvailable();
    }

    /** Builds the images of some services, as {@code synod-acceptor} and so on; quick when nothing has changed. */
    static void build(List<String> services) {
        for (String service : services) {
            Commands.Ended build = Commands.run(BUILD_MAX, List.of("docker", "build", "--build-arg",
                    "SERVICE=" + service, "--tag", "synod-" + service, "."));
            assertThat(build.exit()).as("docker build of %s: %s", service, build.output()).isZero();
        }
    }
}
