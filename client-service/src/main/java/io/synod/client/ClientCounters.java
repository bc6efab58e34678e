package io.synod.client;

/** What a client counts, in values unless said otherwise. Only the loop's thread may use it. */
final class ClientCounters {

    private long submitted;
    private long decided;
    private long refused;
    private long unknown;
    private long late;
    private long resent;
    private long repeated;
    private long timeouts;
    private long refusals;
    private long sessionsLost;

    void submitted(int count) {
        submitted += count;
    }

    void decided(int count) {
        decided += count;
    }

    void refused(int count) {
        refused += count;
    }

    void unknown(int count) {
        unknown += count;
    }

    void late(int count) {
        late += count;
    }

    void resent(int count) {
        resent += count;
    }

    void repeated(int count) {
        repeated += count;
    }

    void timeout() {
        timeouts++;
    }

    void refusal() {
        refusals++;
    }

    void sessionLost() {
        sessionsLost++;
    }

    ClientView.Counts counts(long proposerMoves) {
        return new ClientView.Counts(
                submitted, decided, refused, unknown, late, repeated, resent, timeouts, refusals, proposerMoves,
                sessionsLost);
    }
}
