/** Answers for more than one call: cache, single flight, idempotency keys. */
@NullMarked
package dev.forebay.gateway.reuse;

import org.jspecify.annotations.NullMarked;
