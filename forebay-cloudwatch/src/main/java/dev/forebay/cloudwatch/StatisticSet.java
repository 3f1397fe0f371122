package dev.forebay.cloudwatch;

/** What was measured in a span of time. */
record StatisticSet(long count, double sum, double min, double max) {}
