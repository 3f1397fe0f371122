/** What all event loops of a gateway share, and what each of them has for its calls. */
@NullMarked
package dev.forebay.gateway.call;

import org.jspecify.annotations.NullMarked;
