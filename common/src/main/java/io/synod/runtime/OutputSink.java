package io.synod.runtime;

import io.synod.role.Output;

/** Takes what the roles hand to the service around them. */
public interface OutputSink {

    /** Called on the loop's thread, in the order in which the roles recorded it; must not wait. */
    void accept(Output output);
}
