package io.synod.system;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A delivered log, by value. */
final class History {

    private final Map<String, List<Long>> instances = new LinkedHashMap<>();

    private History() {}

    /** Reads lines of the form {@code instance:index value}. */
    static History of(List<String> log) {
        History history = new History();
        for (String line : log) {
            long instance = Long.parseLong(line.substring(0, line.indexOf(':')));
            String value = line.substring(line.indexOf(' ') + 1);
            history.instances.computeIfAbsent(value, _ -> new ArrayList<>()).add(instance);
        }
        return history;
    }

    /** Returns all values, in the order in which they were first delivered. */
    Set<String> values() {
        return instances.keySet();
    }

    /** Returns in which instances a value was delivered. */
    List<Long> instances(String value) {
        return instances.getOrDefault(value, List.of());
    }
}
