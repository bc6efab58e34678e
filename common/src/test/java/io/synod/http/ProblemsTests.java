package io.synod.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

class ProblemsTests {

    @Test
    void aTypeIsAUrnOfItsName() {
        assertThat(ProblemType.NO_QUORUM.uri()).hasToString("urn:synod:problem:no-quorum");
        assertThat(Arrays.stream(ProblemType.values()).map(ProblemType::title)).doesNotHaveDuplicates();
    }

    @Test
    void aTypeHasOneTitleWhateverOccurs() {
        ProblemDetail named = Problems.of(HttpStatus.BAD_REQUEST, ProblemType.BAD_REQUEST, "instance is '0'");
        ProblemDetail ofStatus = Problems.of(HttpStatus.BAD_REQUEST, "from is 'x'");
        assertThat(ofStatus.getType()).isEqualTo(named.getType());
        assertThat(ofStatus.getTitle()).isEqualTo(named.getTitle()).isEqualTo("Bad Request");
        assertThat(ofStatus.getDetail()).isEqualTo("from is 'x'");
        assertThat(Problems.error(HttpStatus.GONE, ProblemType.GONE, "it went").getBody().getTitle())
                .isEqualTo(ProblemType.GONE.title());
    }

    @Test
    void aStatusThatHasNoTypeOfItsNameIsToldByItsNumber() {
        ProblemDetail problem = Problems.of(HttpStatus.INTERNAL_SERVER_ERROR, "the service failed; its log has more");
        assertThat(problem.getType()).hasToString("urn:synod:problem:http-500");
        assertThat(problem.getTitle()).isEqualTo("Internal Server Error");
        assertThat(Problems.isOurs(problem)).isTrue();
        assertThat(Problems.isOurs(ProblemDetail.forStatus(HttpStatus.GONE))).isFalse();
    }
}
