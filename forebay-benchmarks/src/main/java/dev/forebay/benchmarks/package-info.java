/** What the policies cost, beside other libraries composed for the same job. */
@NullMarked
package dev.forebay.benchmarks;

import org.jspecify.annotations.NullMarked;
