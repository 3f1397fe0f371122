/** The stores of jobs in SQLite and PostgreSQL: group commit, transitions, leases, sweeps. */
@NullMarked
package dev.forebay.jobs.sql;

import org.jspecify.annotations.NullMarked;
