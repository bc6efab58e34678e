package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo shows what it promises and leaves nothing behind, also when it is interrupted. */
class DemoIT {

    @TempDir
    private Path directory;

    @Test
    void theDemoSucceedsAndLeavesNothingBehind() throws IOException {
        Synod.Result demo = synod().run(Duration.ofMinutes(3), "demo", "--load-seconds", "1").requireOk();
        assertThat(demo.out()).contains("kill -9", "leads now", "Both deliver each line once", "values/s")
                .doesNotContain("WRONG");
        assertNothingIsLeft();
    }

    @Test
    void anInterruptedDemoLeavesNothingBehind() throws IOException {
        Synod.Running demo = synod().startWithPipe("demo");
        Await.until("a process is ready", Duration.ofMinutes(2), () -> demo.err().contains("is ready"));
        assertThat(demo.process().supportsNormalTermination()).isTrue();
        demo.process().destroy();
        assertThat(demo.await(Duration.ofMinutes(1)).exit()).isNotZero();
        assertNothingIsLeft();
    }

    private Synod synod() {
        return new Synod(directory, Map.of("SYNOD_CLI_JAVA_OPTS", "-Djava.io.tmpdir=" + directory));
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .noneMatch(name -> name.startsWith("synod-demo-"));
        }
        List<String> left = ProcessHandle.allProcesses().map(CommandLines::of)
                .filter(line -> line.contains("-Dsynod.service=") && line.contains(directory.toString())).toList();
        assertThat(left).isEmpty();
    }
}
