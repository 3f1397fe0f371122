/** An event loop as the engine's loop: its timers and memory, and the pace at which calls begin. */
@NullMarked
package dev.forebay.gateway.loop;

import org.jspecify.annotations.NullMarked;
