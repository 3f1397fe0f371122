/** Journey events in, what operators read out. Nothing here may delay or fail a call. */
@NullMarked
package dev.forebay.telemetry;

import org.jspecify.annotations.NullMarked;
