package io.synod.learner.service;

/** A query parameter that is not allowed. The message names it, its value, and what is allowed. */
final class BadParameterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadParameterException(String name, String value, String allowed) {
        super(name + " is '" + shortened(value) + "'; allowed is " + allowed);
    }

    BadParameterException(String message) {
        super(message);
    }

    private static String shortened(String value) {
        int charsMax = 60;
        return value.length() <= charsMax ? value : value.substring(0, charsMax) + "...";
    }
}
