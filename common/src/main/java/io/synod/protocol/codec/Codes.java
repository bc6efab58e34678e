package io.synod.protocol.codec;

import io.synod.protocol.message.AcceptRefused;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.SubmitRefused;
import org.jspecify.annotations.Nullable;

/** The bytes that stand for enumerated fields. Written out, so that the order of an enum may change. */
final class Codes {

    private Codes() {}

    static byte of(boolean flag) {
        return (byte) (flag ? 1 : 0);
    }

    static byte of(AcceptRefused.Reason reason) {
        return switch (reason) {
            case STORAGE_FULL -> 1;
            case NOT_VOTING -> 2;
        };
    }

    static byte of(SubmitRefused.Reason reason) {
        return switch (reason) {
            case OVERLOADED -> 1;
            case NO_LEADER -> 2;
            case TOO_LARGE -> 3;
            case MALFORMED -> 4;
        };
    }

    static byte of(AcceptorState.Status status) {
        return switch (status) {
            case FORMING -> 1;
            case VOTING -> 2;
            case OUT -> 3;
            case REJOINING -> 4;
        };
    }

    static AcceptRefused.@Nullable Reason acceptRefusedReason(int code) {
        return switch (code) {
            case 1 -> AcceptRefused.Reason.STORAGE_FULL;
            case 2 -> AcceptRefused.Reason.NOT_VOTING;
            default -> null;
        };
    }

    static SubmitRefused.@Nullable Reason submitRefusedReason(int code) {
        return switch (code) {
            case 1 -> SubmitRefused.Reason.OVERLOADED;
            case 2 -> SubmitRefused.Reason.NO_LEADER;
            case 3 -> SubmitRefused.Reason.TOO_LARGE;
            case 4 -> SubmitRefused.Reason.MALFORMED;
            default -> null;
        };
    }

    static AcceptorState.@Nullable Status status(int code) {
        return switch (code) {
            case 1 -> AcceptorState.Status.FORMING;
            case 2 -> AcceptorState.Status.VOTING;
            case 3 -> AcceptorState.Status.OUT;
            case 4 -> AcceptorState.Status.REJOINING;
            default -> null;
        };
    }
}
