/** What happens on a journey: events, listeners, traces. */
@NullMarked
package dev.forebay.core.event;

import org.jspecify.annotations.NullMarked;
