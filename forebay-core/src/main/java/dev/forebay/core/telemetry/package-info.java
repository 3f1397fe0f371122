/** What metrics and traces share, whichever library they use: names, figures and changes. */
@NullMarked
package dev.forebay.core.telemetry;

import org.jspecify.annotations.NullMarked;
