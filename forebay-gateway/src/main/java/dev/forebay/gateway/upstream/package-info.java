/**
 * Attempts on the wire: requests to targets, readers of their answers, signatures, credentials,
 * connections.
 */
@NullMarked
package dev.forebay.gateway.upstream;

import org.jspecify.annotations.NullMarked;
