package dev.forebay.cloudwatch;

import java.time.Instant;

/** One series over one minute. */
record Datum(Series series, Instant minute, StatisticSet values) {}
