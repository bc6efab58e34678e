package io.synod.learner;

import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import java.util.List;
import java.util.SplittableRandom;

/** Draws batches in which sessions open, close, repeat themselves and each other, run ahead and fall idle, under small limits. */
final class RandomLog {

    private static final int NONCES = 9;
    private static final int KEYS = 10;

    final SessionLimits limits;
    private final SplittableRandom random;
    private final List<SessionId> strangers = List.of(new SessionId(99, 0), new SessionId(1, 0));

    RandomLog(SplittableRandom random) {
        this.random = random;
        this.limits = new SessionLimits(
                random.nextInt(1, 7), random.nextInt(1, 6), random.nextInt(2, 25), random.nextInt(1, 8));
    }

    /** Draws the batch of an instance, and applies it to the reference on the way. */
    Batches next(long instance, ReferenceSessions reference) {
        Batches batch = Batches.batch();
        reference.begin(instance);
        if (instance == 1) {
            batch.genesis(limits);
            reference.genesis();
        }
        int entries = random.nextInt(5);
        for (int i = 0; i < entries; i++) {
            int kind = random.nextInt(100);
            if (kind < 15) {
                long nonce = random.nextInt(NONCES);
                int window = random.nextInt(1, 8);
                batch.open(nonce, window);
                reference.open(nonce, window);
            } else if (kind < 25) {
                SessionId session = session(reference);
                batch.renew(session);
                reference.renew(session);
            } else if (kind < 28) {
                SessionId session = session(reference);
                batch.close(session);
                reference.close(session);
            } else if (kind < 50) {
                keyedValue(batch, reference);
            } else {
                values(batch, reference);
            }
        }
        return batch;
    }

    private void values(Batches batch, ReferenceSessions reference) {
        SessionId session = session(reference);
        long firstNumber = Math.max(1, reference.next(session) + random.nextInt(-3, 4));
        String[] values = new String[random.nextInt(1, 5)];
        for (int i = 0; i < values.length; i++) {
            values[i] = "v" + (firstNumber + i);
        }
        batch.values(session, firstNumber, values);
        reference.values(session, firstNumber, values);
    }

    private void keyedValue(Batches batch, ReferenceSessions reference) {
        SessionId session = session(reference);
        long number = Math.max(1, reference.next(session) + random.nextInt(-2, 3));
        String key = "k" + random.nextInt(KEYS);
        String value = "w" + random.nextInt(2);
        batch.keyed(session, number, key, value);
        reference.keyed(session, number, key, value);
    }

    private SessionId session(ReferenceSessions reference) {
        List<SessionId> living = reference.living();
        return living.isEmpty() || random.nextInt(20) == 0
                ? strangers.get(random.nextInt(strangers.size()))
                : living.get(random.nextInt(living.size()));
    }
}
