/**
 * What callers of a gateway get over the wire while its targets throttle, fail and hang, and while
 * it is stopped and started again.
 */
@NullMarked
package dev.forebay.it.wire;

import org.jspecify.annotations.NullMarked;
