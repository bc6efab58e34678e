package io.synod.learner.service;

import io.synod.http.Problems;
import io.synod.learner.storage.RecordDamagedException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers what the learner's own calls refuse as problems (RFC 9457), whatever the request says that it accepts. */
@RestControllerAdvice
final class LearnerProblemAdvice {

    @ExceptionHandler
    ResponseEntity<ProblemDetail> onBadParameter(BadParameterException e) {
        return respond(Problems.of(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage())));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> onGone(PositionGoneException e) {
        return respond(e.problem());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> onDamaged(RecordDamagedException e) {
        return respond(DamageProblem.of(e));
    }

    private static ResponseEntity<ProblemDetail> respond(ProblemDetail problem) {
        return ResponseEntity.status(problem.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
