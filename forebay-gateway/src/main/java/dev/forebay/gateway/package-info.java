/**
 * The gateway: takes Bedrock Runtime calls over HTTP, gives them to the engine on event loops, and
 * relays the answers. One call lives on one event loop from its first byte to its last, so nothing
 * here locks.
 */
@NullMarked
package dev.forebay.gateway;

import org.jspecify.annotations.NullMarked;
