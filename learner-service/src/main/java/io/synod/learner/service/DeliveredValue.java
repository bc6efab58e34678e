package io.synod.learner.service;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * One delivered value, as JSON has it.
 *
 * @param instance the instance at which it was delivered
 * @param index its index among the values delivered there, from 0
 * @param session the session that it was submitted in, as instance and ordinal of its opening
 * @param number its number in the session, from 1
 * @param value its bytes: as text where they are UTF-8, otherwise in base64
 * @param encoding {@code base64} if that is how the bytes are written; absent where they are text
 * @param logId the log that the position is one of; absent where the page around the value says it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record DeliveredValue(
        long instance,
        int index,
        String session,
        long number,
        String value,
        @Nullable String encoding,
        @Nullable String logId) {

    /** @param logId the log, for a value that stands alone; null on a page that names it */
    static DeliveredValue of(
            long instance, int index, SessionId session, long number, Bytes value, @Nullable String logId) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(value.buffer()).toString();
            return new DeliveredValue(instance, index, session.toString(), number, text, null, logId);
        } catch (CharacterCodingException e) {
            String base64 = Base64.getEncoder().encodeToString(value.toByteArray());
            return new DeliveredValue(instance, index, session.toString(), number, base64, "base64", logId);
        }
    }
}
