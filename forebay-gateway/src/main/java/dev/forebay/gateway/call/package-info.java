/**
 * One call from its request to its last byte: the registry of calls under way, the exchange,
 * degraded answers.
 */
@NullMarked
package dev.forebay.gateway.call;

import org.jspecify.annotations.NullMarked;
