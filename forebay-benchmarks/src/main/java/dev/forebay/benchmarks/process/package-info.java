/**
 * The processes around a gateway that is measured from outside: what answers behind it, and what
 * opens streams before it. {@code process/run.mjs} starts them.
 */
@NullMarked
package dev.forebay.benchmarks.process;

import org.jspecify.annotations.NullMarked;
