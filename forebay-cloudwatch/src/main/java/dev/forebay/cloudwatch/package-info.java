/** What journeys add up to, minute by minute, for CloudWatch. */
@NullMarked
package dev.forebay.cloudwatch;

import org.jspecify.annotations.NullMarked;
