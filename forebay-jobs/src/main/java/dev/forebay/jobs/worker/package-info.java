/** Workers that lease jobs, keep their leases, and settle them. */
@NullMarked
package dev.forebay.jobs.worker;

import org.jspecify.annotations.NullMarked;
