package io.synod.role;

/** Something that a role wants durable. Each role's store knows the writes of its role. */
public interface Write {}
