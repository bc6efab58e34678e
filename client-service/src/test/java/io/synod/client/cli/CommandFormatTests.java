package io.synod.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.client.ClientOutput;
import io.synod.client.RefusalReason;
import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How commands read times, and print places, outcomes and loads. */
class CommandFormatTests {

    @Test
    void readsTimesAsPeopleWriteThem() {
        Durations durations = new Durations();
        assertThat(durations.convert("250ms")).isEqualTo(Duration.ofMillis(250));
        assertThat(durations.convert("10s")).isEqualTo(Duration.ofSeconds(10));
        assertThat(durations.convert("10")).isEqualTo(Duration.ofSeconds(10));
        assertThat(durations.convert("2m")).isEqualTo(Duration.ofMinutes(2));
        assertThat(durations.convert("1h")).isEqualTo(Duration.ofHours(1));
        assertThatThrownBy(() -> durations.convert("soon")).isInstanceOf(TypeConversionException.class);
        assertThatThrownBy(() -> durations.convert("-1s")).isInstanceOf(TypeConversionException.class);
    }

    @Test
    void aPlaceIsInstanceColonIndexTabValue() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PlaceWriter writer = new PlaceWriter(out);
        writer.write(12, 3, Bytes.ofUtf8("grüße"));
        writer.write(Long.MAX_VALUE, -1, Bytes.EMPTY);
        writer.flush();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("12:3\tgrüße\n9223372036854775807:-\t\n");
    }

    @Test
    void aPlaceMayHoldAValueLargerThanTheBuffer() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PlaceWriter writer = new PlaceWriter(out);
        String large = "y".repeat(100_000);
        writer.write(1, 0, Bytes.ofUtf8("x".repeat(65_000)));
        writer.write(1, 1, Bytes.ofUtf8(large));
        writer.write(1, 2, Bytes.ofUtf8("z"));
        writer.flush();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("1:0\t" + "x".repeat(65_000) + "\n1:1\t" + large + "\n1:2\tz\n");
    }

    @Test
    void theTallyTellsRefusedFromUnknown() {
        SubmitTally tally = new SubmitTally();
        tally.add(new ClientOutput.SessionOpened(0, new SessionId(1, 0)));
        tally.add(new ClientOutput.Decided(0, 1, 5, 2, 0, 0));
        assertThat(tally.status()).isEqualTo(ExitStatus.OK);
        tally.add(new ClientOutput.Refused(0, 6, 2, RefusalReason.NO_LEADER));
        assertThat(tally.status()).isEqualTo(ExitStatus.REFUSED);
        tally.add(new ClientOutput.Unknown(0, 8, 1, new SessionId(1, 0), 8));
        assertThat(tally.status()).isEqualTo(ExitStatus.UNKNOWN);
        assertThat(tally.summary())
                .containsExactly(
                        "5 of 8 delivered in 0.00 s",
                        "synod: 2 certainly not submitted, the first is number 6: no proposer led until the deadline",
                        "synod: 1 unknown, may be decided yet; the first is number 8 (session 1/0, number 8 there): the"
                                + " deadline passed");
    }

    @Test
    void aClusterThatIsNotThereIsUnreachable() {
        SubmitTally tally = new SubmitTally();
        tally.add(new ClientOutput.Refused(0, 1, 1, RefusalReason.NOT_SENT));
        assertThat(tally.status()).isEqualTo(ExitStatus.UNREACHABLE);
    }

    @Test
    void theLoadReportAsJsonHasTheNamesThatWerePromised() {
        Histogram latency = new Histogram(3);
        latency.recordValueWithCount(100_000, 99);
        latency.recordValue(5_000_000);
        JsonNode json = new JsonMapper().readTree(new LoadReport(2, 64, 100_000, 0, 1, 2, 3, latency).toJson());
        assertThat(json.get("valuesPerSecond").asDouble()).isEqualTo(50_000);
        assertThat(json.get("mbps").asDouble()).isEqualTo(25.6);
        assertThat(json.get("delivered").asLong()).isEqualTo(100_000);
        assertThat(json.get("duplicates").asLong()).isZero();
        assertThat(json.get("lost").asLong()).isEqualTo(1);
        assertThat(json.get("resent").asLong()).isEqualTo(3);
        JsonNode micros = json.get("latencyMicros");
        assertThat(micros.propertyNames()).containsExactly("min", "mean", "p50", "p99", "p999", "max");
        assertThat(micros.get("p50").asDouble()).isBetween(99.0, 101.0);
        assertThat(micros.get("max").asDouble()).isBetween(4_990.0, 5_010.0);
    }

    @Test
    void anEmptyLoadReportIsZeros() {
        LoadReport empty = new LoadReport(0, 64, 0, 0, 0, 0, 0, new Histogram(3));
        assertThat(new JsonMapper().readTree(empty.toJson()).get("valuesPerSecond").asDouble()).isZero();
        assertThat(empty.toTable()).contains("values/s");
    }

    @Test
    void statisticsSeeWhatComesTwiceAndWhatIsLeftOut() {
        LoadStatistics statistics = new LoadStatistics(2);
        statistics.decided(new ClientOutput.Decided(0, 1, 10, 1, 0, 1_000), 5_000, 5_000);
        statistics.decided(new ClientOutput.Decided(1, 1, 5, 1, 10, 1_000), 5_000, 5_000);
        assertThat(statistics.delivered()).isEqualTo(15);
        statistics.decided(new ClientOutput.Decided(0, 8, 4, 2, 0, 1_000), 5_000, 5_000);
        assertThat(statistics.duplicates()).isEqualTo(3);
        assertThat(statistics.delivered()).isEqualTo(16);
        statistics.decided(new ClientOutput.Decided(1, 9, 1, 3, 0, 1_000), 5_000, 5_000);
        assertThat(statistics.lost()).isEqualTo(3);
        assertThat(statistics.takeLatency().getTotalCount()).isEqualTo(20);
    }

    @Test
    void theLatencyOfWhatCameInWhileARoundWentOnIsCountedToItsEnd() {
        LoadStatistics statistics = new LoadStatistics(1);
        statistics.decided(new ClientOutput.Decided(0, 1, 1, 1, 0, 20_000), 1_000_000, 1_300_000);
        assertThat(statistics.takeLatency().getMinValue()).isBetween(319_000L, 321_000L);
    }
}
