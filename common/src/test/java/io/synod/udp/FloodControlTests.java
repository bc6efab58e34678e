package io.synod.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FloodControlTests {

    private static final long START = TimeUnit.HOURS.toNanos(1);
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final FloodControl control = new FloodControl();

    @Test
    void aFloodBeginsWithTheLeastRefusalsWithinOneWindow() {
        control.judged(FloodControl.REFUSED_MIN - 1, FloodControl.REFUSED_MIN - 1, true, 0, START);
        assertThat(control.isFlooded()).isFalse();
        control.judged(1, 1, true, 0, START + FloodControl.WINDOW_NANOS);
        assertThat(control.isFlooded()).isTrue();
    }

    @Test
    void refusalsThatComeSlowerNeverAddUpToAFlood() {
        for (int i = 0; i < 1_000; i++) {
            control.judged(FloodControl.REFUSED_MIN / 2 - 1, FloodControl.REFUSED_MIN / 2 - 1, true, 0,
                    START + i * FloodControl.WINDOW_NANOS);
        }
        assertThat(control.isFlooded()).isFalse();
    }

    @Test
    void strangersAreLimitedOnceThereWasTimeToFindTheOthers() {
        begin();
        assertThat(control.isLimited(START + FloodControl.GATHER_NANOS - 1)).isFalse();
        assertThat(control.isLimited(START + FloodControl.GATHER_NANOS)).isTrue();
    }

    @Test
    void strangersGetTheirShareOfTheTimeWhateverADatagramTakes() {
        begin();
        long now = START + FloodControl.GATHER_NANOS;
        control.judged(100, 100, false, 2 * MILLI, now);
        assertThat(control.nextReadNanos()).isEqualTo(now + 98 * MILLI);
        control.judged(100, 100, false, 10, now);
        assertThat(control.nextReadNanos()).isEqualTo(now + MILLI);
    }

    @Test
    void aFloodIsOverOnceStrangersWereKeptUpWithForLong() {
        begin();
        control.judged(0, 0, true, 0, START + FloodControl.QUIET_NANOS);
        assertThat(control.isFlooded()).isTrue();
        control.judged(0, 0, true, 0, START + FloodControl.QUIET_NANOS + 1);
        assertThat(control.isFlooded()).isFalse();
        assertThat(control.isLimited(START + FloodControl.QUIET_NANOS + 1)).isFalse();
    }

    @Test
    void aFloodGoesOnWhileMoreWaitsThanIsReadOrManyAreRefused() {
        begin();
        long now = START;
        for (int i = 0; i < 100; i++) {
            now += FloodControl.QUIET_NANOS / 2;
            control.judged(1, 1, false, 0, now);
            now += FloodControl.QUIET_NANOS / 2;
            control.judged(FloodControl.REFUSED_MIN, FloodControl.REFUSED_MIN, true, 0, now);
            assertThat(control.isFlooded()).isTrue();
        }
    }

    @Test
    void whatIsActedOnKeepsNoFloodUpHoweverMuchOfItWaits() {
        begin();
        control.judged(100, 50, false, 0, START + FloodControl.QUIET_NANOS + 1);
        assertThat(control.isFlooded()).isFalse();
    }

    @Test
    void aFloodThatIsOverCanBeginAnew() {
        begin();
        long over = START + FloodControl.QUIET_NANOS + 1;
        control.judged(0, 0, true, 0, over);
        control.judged(FloodControl.REFUSED_MIN - 1, FloodControl.REFUSED_MIN - 1, true, 0, over);
        assertThat(control.isFlooded()).isFalse();
        control.judged(1, 1, true, 0, over);
        assertThat(control.isFlooded()).isTrue();
        assertThat(control.isLimited(over)).isFalse();
    }

    private void begin() {
        control.judged(FloodControl.REFUSED_MIN, FloodControl.REFUSED_MIN, true, 0, START);
        assertThat(control.isFlooded()).isTrue();
    }
}
