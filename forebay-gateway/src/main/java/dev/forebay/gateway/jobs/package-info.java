/** The durable queue: its HTTP side and its workers. */
@NullMarked
package dev.forebay.gateway.jobs;

import org.jspecify.annotations.NullMarked;
