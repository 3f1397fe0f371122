/** What belongs to one event loop: timers, clock, memory budget, the pace at which calls begin. */
@NullMarked
package dev.forebay.gateway.loop;

import org.jspecify.annotations.NullMarked;
