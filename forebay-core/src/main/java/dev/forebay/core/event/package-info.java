/** What happens on a journey, for those who watch: events, listeners, traces. */
@NullMarked
package dev.forebay.core.event;

import org.jspecify.annotations.NullMarked;
