package io.synod.protocol.message;

import io.synod.protocol.Bytes;

/**
 * Client to proposer: entries for the log.
 *
 * @param attempt numbers the client's sends; an answer names it
 * @param entries one or more entries as {@link io.synod.protocol.entry} lays them out; a genesis entry is refused
 */
public record Submit(long attempt, Bytes entries) implements Message {}
