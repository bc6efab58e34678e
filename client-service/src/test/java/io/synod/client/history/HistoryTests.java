package io.synod.client.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HistoryTests {

    private final History history = new History();
    private final History.Reader one = history.reader("learner-0");
    private final History.Reader other = history.reader("learner-1");

    private void submit(String... values) {
        for (String value : values) {
            history.submitted(value);
        }
    }

    private void both(long instance, int index, String value) {
        one.delivered(instance, index, value);
        other.delivered(instance, index, value);
    }

    private void requireOneViolation(String text) {
        assertThat(history.violations(true)).singleElement().asString().contains(text);
    }

    @Test
    void aHistoryInWhichAllAgreesHasNoViolations() {
        submit("a", "b", "c", "d", "e");
        history.acknowledged("a", 2, 0);
        history.acknowledged("b", 2, 1);
        history.refused("c");
        history.unknown("d");
        both(2, 0, "a");
        both(2, 1, "b");
        both(5, 0, "d");
        assertThat(history.violations(true)).isEmpty();
        assertThat(history.isLevel()).isTrue();
        assertThat(history.delivered("d")).isEqualTo(new Place(5, 0));
        assertThat(history.delivered("e")).isNull();
        assertThat(history.acknowledgedCount()).isEqualTo(2);
        assertThat(history.openCount()).isEqualTo(1);
        assertThat(history.deliveredCount()).isEqualTo(3);
    }

    @Test
    void s9AnAcknowledgedValueThatIsNotDeliveredIsLost() {
        submit("a", "b");
        history.acknowledged("a", 2, 0);
        assertThat(history.violations(false)).as("may come yet").isEmpty();
        both(3, 0, "b");
        assertThat(history.violations(false)).as("something behind it is there").hasSize(1);
        requireOneViolation("S9: was acknowledged at 2:0 and is not delivered");
    }

    @Test
    void s9AnAcknowledgedValueIsWhereTheClientWasTold() {
        submit("a");
        history.acknowledged("a", 2, 0);
        both(3, 0, "a");
        requireOneViolation("was acknowledged at 2:0 and is delivered at 3:0");
    }

    @Test
    void anIndexThatTheClientWasNotToldMayBeAny() {
        submit("a", "b");
        history.acknowledged("b", 2, -1);
        both(2, 0, "a");
        both(2, 1, "b");
        assertThat(history.violations(true)).isEmpty();
    }

    @Test
    void s8AValueIsDeliveredOnce() {
        submit("a");
        both(2, 0, "a");
        both(4, 0, "a");
        requireOneViolation("'a' is delivered twice: at 2:0 and 4:0");
    }

    @Test
    void s8NothingIsDeliveredThatNobodySubmitted() {
        both(2, 0, "x");
        requireOneViolation("learner-0 delivers at 2:0 what nobody submitted: 'x'");
    }

    @Test
    void aRefusedValueIsNotDelivered() {
        submit("a");
        both(2, 0, "a");
        history.refused("a");
        requireOneViolation("was refused and is delivered at 2:0");
    }

    @Test
    void s7LearnersDeliverTheSameAtTheSamePlaces() {
        submit("a", "b", "c");
        one.delivered(2, 0, "a");
        one.delivered(2, 1, "b");
        one.delivered(2, 2, "c");
        other.delivered(2, 0, "b");
        other.delivered(2, 1, "a");
        requireOneViolation("S7: learner-1 delivers 'b' at 2:0, another one 'a' at 2:0");
    }

    @Test
    void s7ALearnerThatLeavesSomethingOutIsSeen() {
        submit("a", "b");
        one.delivered(2, 0, "a");
        one.delivered(3, 0, "b");
        other.delivered(3, 0, "b");
        requireOneViolation("S7: learner-1");
    }

    @Test
    void s7IndicesOfAnInstanceHaveNoGapAndInstancesRise() {
        submit("a", "b", "c");
        one.delivered(2, 0, "a");
        one.delivered(2, 2, "b");
        assertThat(history.violationsSoFar()).singleElement().asString().contains("at 2:2, next after 2:0");
        one.delivered(1, 0, "c");
        assertThat(history.violationsSoFar()).hasSize(2);
    }

    @Test
    void s8ValuesOfAStreamAreDeliveredInTheOrderOfTheirNumbers() {
        history.submitted("stream", 1, "a");
        history.submitted("stream", 2, "b");
        history.submitted("another", 1, "c");
        both(2, 0, "b");
        both(2, 1, "c");
        both(2, 2, "a");
        requireOneViolation("'a', number 1 of stream, is delivered after number 2");
    }

    @Test
    void whatIsSubmittedAfterAnAcknowledgementIsDeliveredBehindIt() {
        submit("a");
        history.acknowledged("a", 5, 0);
        submit("b");
        both(4, 0, "b");
        both(5, 0, "a");
        requireOneViolation("'b' is delivered at 4:0, before 5:0, which was acknowledged when it was submitted");
    }

    @Test
    void aReaderThatBeginsLaterIsHeldAgainstTheRest() {
        submit("a", "b", "c");
        one.delivered(2, 0, "a");
        one.delivered(3, 0, "b");
        one.delivered(4, 0, "c");
        other.delivered(2, 0, "a");
        other.delivered(3, 0, "b");
        other.delivered(4, 0, "c");
        History.Reader late = history.readerFrom("learner-2", 3);
        late.delivered(3, 0, "b");
        assertThat(history.isLevel()).isFalse();
        late.delivered(4, 0, "c");
        assertThat(history.isLevel()).isTrue();
        assertThat(history.violations(true)).isEmpty();
    }

    @Test
    void anOutcomeComesOnce() {
        submit("a");
        history.unknown("a");
        history.acknowledged("a", 2, 0);
        both(2, 0, "a");
        requireOneViolation("two outcomes: UNKNOWN and ACKNOWLEDGED");
        assertThatThrownBy(() -> history.submitted("a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> history.refused("x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void s12ALearnerThatLostAPartGoesOnWhereTheOthersHaveToldTheRest() {
        submit("a", "b", "c", "d");
        both(2, 0, "a");
        assertThat(other.goOnFrom(4)).as("nobody has told what comes there").isFalse();
        one.delivered(3, 0, "b");
        one.delivered(5, 0, "c");
        assertThat(history.isLevel()).isFalse();
        assertThat(other.goOnFrom(4)).isTrue();
        other.delivered(5, 0, "c");
        assertThat(history.isLevel()).isTrue();
        other.delivered(6, 0, "b");
        one.delivered(6, 0, "d");
        assertThat(history.violations(true)).anyMatch(violation -> violation.startsWith("S7"));
    }
}
