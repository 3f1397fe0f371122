/** Answers for more than one call: cache, single flight, idempotency keys. */
@NullMarked
package dev.forebay.engine.reuse;

import org.jspecify.annotations.NullMarked;
