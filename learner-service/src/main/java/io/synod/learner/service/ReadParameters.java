package io.synod.learner.service;

import io.synod.protocol.SessionId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of whoever reads the delivered log. A name that is not known is refused, as is one given twice: what
 * is misspelled would otherwise be silently left out.
 */
final class ReadParameters {

    /** What {@link #start} understands. */
    static final String FROM_ALLOWED = Position.ALLOWED + ", or earliest, or latest";

    private final Map<String, String[]> given;

    /**
     * @param given as the servlet has them
     * @param allowed the names that are understood
     * @throws BadParameterException for any other
     */
    ReadParameters(Map<String, String[]> given, String... allowed) {
        List<String> names = Arrays.asList(allowed);
        given.forEach((name, values) -> {
            if (!names.contains(name)) {
                throw new BadParameterException("there is no parameter '" + name + "'; allowed are " + String.join(", ",
                        names));
            }
            if (values.length > 1) {
                throw new BadParameterException("parameter " + name + " is given " + values.length
                        + " times; allowed is once");
            }
        });
        this.given = given;
    }

    private @Nullable String text(String name) {
        String[] values = given.get(name);
        return values == null || values.length == 0 ? null : values[0];
    }

    /** {@code from}: where to begin. */
    Start start(DeliveredLog log, String otherwise) {
        String from = text("from");
        return switch (from == null ? otherwise : from) {
            case "earliest" -> new Start(Position.atStartOf(log.first()), true);
            case "latest" -> new Start(Position.atStartOf(log.last() + 1), false);
            case String named -> {
                Position position = Position.parse(named);
                if (position == null) {
                    throw new BadParameterException("from", named, FROM_ALLOWED);
                }
                yield new Start(position, false);
            }
        };
    }

    /** {@code client}: the session whose values alone are wanted; null for all. */
    @Nullable
    SessionId client() {
        String text = text("client");
        if (text == null) {
            return null;
        }
        String[] parts = text.split("/", -1);
        try {
            if (parts.length == 2 && Long.parseLong(parts[0]) >= 1 && Integer.parseInt(parts[1]) >= 0) {
                return new SessionId(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw new BadParameterException("client", text,
                "a session: the instance and the ordinal of its opening, such as 17/0");
    }

    /** {@code log}: names the log that the position is one of; null if nothing is said. */
    @Nullable
    String log() {
        return text("log");
    }

    /** A number within bounds. */
    long number(String name, long otherwise, long min, long max) {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of bounds.
        }
        throw new BadParameterException(name, text, max == Long.MAX_VALUE ? min + " and more" : min + " to " + max);
    }

    /** A yes or no. */
    boolean flag(String name) {
        String text = text(name);
        return switch (text) {
            case null -> false;
            case "true", "" -> true;
            case "false" -> false;
            default -> throw new BadParameterException(name, text, "true or false");
        };
    }

    /**
     * Where to begin.
     *
     * @param position the position
     * @param earliest whether it was asked for as the earliest: if that goes before it is read, the next is the earliest
     */
    record Start(Position position, boolean earliest) {

        /**
         * Reads from the start on.
         *
         * @throws PositionGoneException if the position is not retained any more
         */
        Position read(DeliveredLog log, int valuesMax, long bytesMax, DeliveredLog.ValueConsumer consumer) {
            Position from = position;
            while (true) {
                try {
                    return log.read(from, valuesMax, bytesMax, consumer);
                } catch (PositionGoneException e) {
                    if (!earliest) {
                        throw e;
                    }
                    from = Position.atStartOf(log.first());
                }
            }
        }
    }
}
