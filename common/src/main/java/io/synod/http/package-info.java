/**
 * What guards HTTP at every service: tokens and their roles, tickets for WebSockets, the origins of pages, headers, and the audit
 * log. Where no tokens are in force nothing of Spring Security is loaded. And how every service answers errors: as problems (RFC 9457).
 */
@NullMarked
package io.synod.http;

import org.jspecify.annotations.NullMarked;
