/**
 * The durable queue as its users see it: jobs and their states, and the interface of a store. The
 * stores are in {@code jobs.sql}, the workers that drain them in {@code jobs.worker}.
 *
 * <p>An accepted job is on disk before the 202. It runs at least once and has at most one result:
 * its worker holds a {@link dev.forebay.jobs.Lease}, and a store takes nothing from one that was
 * handed over.
 */
@NullMarked
package dev.forebay.jobs;

import org.jspecify.annotations.NullMarked;
