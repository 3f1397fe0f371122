/**
 * The durable queue: jobs and their states, the stores that keep them, and the workers that drain
 * it as capacity allows.
 *
 * <p>An accepted job is on disk before its caller hears of it. It runs at least once and has at
 * most one result: its worker holds a {@link dev.forebay.jobs.Lease}, and a store takes nothing
 * from one that was handed over.
 */
@NullMarked
package dev.forebay.jobs;

import org.jspecify.annotations.NullMarked;
