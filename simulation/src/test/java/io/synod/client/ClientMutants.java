package io.synod.client;

import io.synod.protocol.message.KeyLocated;
import io.synod.protocol.message.Message;
import io.synod.role.Effects;
import io.synod.role.Output;
import io.synod.role.Sender;
import io.synod.simulation.Roles;
import java.util.random.RandomGenerator;

/** Clients that are broken on purpose, each at one point. */
public final class ClientMutants {

    private ClientMutants() {}

    /** What may yet be decided is called refused, which means that it certainly will not be. */
    public static Roles callsTheUnknownRefused() {
        return new Roles() {
            @Override
            public Client client(ClientSettings settings, long incarnation, RandomGenerator random) {
                return new Client(settings, incarnation, random) {
                    @Override
                    public void onMessage(Sender from, Message message, long nowNanos, Effects effects) {
                        super.onMessage(from, message, nowNanos, effects);
                        effects.outputs().replaceAll(ClientMutants::withoutUnknown);
                    }

                    @Override
                    public void onRound(long nowNanos, Effects effects) {
                        super.onRound(nowNanos, effects);
                        effects.outputs().replaceAll(ClientMutants::withoutUnknown);
                    }
                };
            }
        };
    }

    /** The turn of a value with an idempotency key is taken for its delivery. */
    public static Roles takesTheTurnOfAKeyForItsPlace() {
        return new Roles() {
            @Override
            public Client client(ClientSettings settings, long incarnation, RandomGenerator random) {
                return new Client(settings, incarnation, random) {
                    @Override
                    public void onMessage(Sender from, Message message, long nowNanos, Effects effects) {
                        super.onMessage(from, atItsTurn(message), nowNanos, effects);
                    }
                };
            }
        };
    }

    private static Message atItsTurn(Message message) {
        return message instanceof KeyLocated located && located.deliveredAt() != KeyLocated.NOWHERE
                ? new KeyLocated(located.instance(), located.session(), located.number(), located.instance(),
                        located.index(), located.value())
                : message;
    }

    private static Output withoutUnknown(Output output) {
        return output instanceof ClientOutput.Unknown unknown
                ? new ClientOutput.Refused(
                        unknown.lane(), unknown.firstTicket(), unknown.count(), RefusalReason.NOT_SENT)
                : output;
    }
}
