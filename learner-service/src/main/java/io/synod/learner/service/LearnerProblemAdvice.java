package io.synod.learner.service;

import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Answers errors of this service's REST calls as problem details (RFC 9457). */
@RestControllerAdvice(assignableTypes = ValuesController.class)
final class LearnerProblemAdvice extends ResponseEntityExceptionHandler {}
