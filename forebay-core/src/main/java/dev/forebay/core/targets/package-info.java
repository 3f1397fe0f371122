/** What is known of each target from all calls together, and the registry of targets. */
@NullMarked
package dev.forebay.core.targets;

import org.jspecify.annotations.NullMarked;
