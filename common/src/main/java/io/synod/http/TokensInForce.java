package io.synod.http;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether there are tokens: {@code paxos.security.tokens}, in any form a list may have, or {@code paxos.security.tokens-file}. */
final class TokensInForce implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Environment environment = context.getEnvironment();
        return HttpConfiguration.access(environment).tokens();
    }
}
