/** Whole scenarios of the simulator, which would hold up the modules that need it. */
@NullMarked
package dev.forebay.it.scenario;

import org.jspecify.annotations.NullMarked;
