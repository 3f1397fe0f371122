/** Spans of calls, for programs that have OpenTelemetry. */
@NullMarked
package dev.forebay.client.opentelemetry;

import org.jspecify.annotations.NullMarked;
