/** Meters and observations of calls, for programs that have Micrometer. */
@NullMarked
package dev.forebay.client.micrometer;

import org.jspecify.annotations.NullMarked;
