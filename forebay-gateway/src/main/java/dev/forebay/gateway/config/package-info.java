/**
 * A configuration with all that a gateway makes of it, and whether the last one was taken. The
 * generations of configurations are in {@code engine.call}.
 */
@NullMarked
package dev.forebay.gateway.config;

import org.jspecify.annotations.NullMarked;
