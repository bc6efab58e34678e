package io.synod.learner.service;

import io.synod.learner.StoreDamage;
import io.synod.learner.storage.LearnerStore;
import io.synod.observability.StoreProbe;
import io.synod.protocol.RoleType;
import io.synod.runtime.StorageState;
import org.jspecify.annotations.Nullable;

/** Shows the learner's store in health. */
final class LearnerStoreProbe implements StoreProbe {

    private final LearnerStore store;

    LearnerStoreProbe(LearnerStore store) {
        this.store = store;
    }

    @Override
    public RoleType role() {
        return RoleType.LEARNER;
    }

    @Override
    public StorageState state() {
        return store.state();
    }

    @Override
    public @Nullable String failure() {
        return store.failure();
    }

    @Override
    public @Nullable String damage() {
        StoreDamage damage = store.damage();
        return damage == null ? null : damage.text();
    }
}
