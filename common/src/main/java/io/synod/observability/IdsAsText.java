package io.synod.observability;

import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.SessionId;
import io.synod.protocol.StorageId;
import org.springframework.boot.actuate.endpoint.jackson.EndpointJsonMapper;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.ser.std.ToStringSerializer;

/**
 * Writes ids of 64 bits as text, as logs and the command line write them too: whoever reads JSON into numbers of 53 bits, as
 * JavaScript does, would take one id for another.
 */
public final class IdsAsText implements EndpointJsonMapper {

    private final JsonMapper mapper = JsonMapper.builder()
            .changeDefaultPropertyInclusion(
                    inclusion -> inclusion.withValueInclusion(Include.NON_NULL).withContentInclusion(Include.NON_NULL))
            .addModule(new SimpleModule("ids")
                    .addSerializer(LogId.class, ToStringSerializer.instance)
                    .addSerializer(StorageId.class, ToStringSerializer.instance)
                    .addSerializer(SessionId.class, ToStringSerializer.instance))
            .addMixIn(Ballot.class, BallotWithIncarnationAsText.class)
            .build();

    @Override
    public JsonMapper get() {
        return mapper;
    }

    private interface BallotWithIncarnationAsText {

        @SuppressWarnings("UnusedMethod") // read by Jackson, by its name
        @JsonSerialize(using = Hexadecimal.class)
        long incarnation();
    }

    private static final class Hexadecimal extends StdSerializer<Long> {

        Hexadecimal() {
            super(Long.class);
        }

        @Override
        public void serialize(Long value, JsonGenerator out,
                SerializationContext context) {
            out.writeString(Long.toHexString(value));
        }
    }
}
