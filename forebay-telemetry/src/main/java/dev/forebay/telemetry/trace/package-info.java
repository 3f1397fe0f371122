/** Spans of calls and their attempts, by OpenTelemetry. */
@NullMarked
package dev.forebay.telemetry.trace;

import org.jspecify.annotations.NullMarked;
