/** What the library adds to a call of the AWS SDK, beside the SDK's bare client. */
@NullMarked
package dev.forebay.benchmarks.library;

import org.jspecify.annotations.NullMarked;
