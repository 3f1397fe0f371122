/** What the durable queue costs, beside the engines that it stands on. */
@NullMarked
package dev.forebay.benchmarks.jobs;

import org.jspecify.annotations.NullMarked;
