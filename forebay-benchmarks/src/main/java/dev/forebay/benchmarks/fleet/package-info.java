/** One quota for several nodes: by leases, by a counter in the store, and by bucket4j. */
@NullMarked
package dev.forebay.benchmarks.fleet;

import org.jspecify.annotations.NullMarked;
