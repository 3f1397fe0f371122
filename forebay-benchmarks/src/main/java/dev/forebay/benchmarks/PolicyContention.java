package dev.forebay.benchmarks;

import org.openjdk.jmh.annotations.Threads;

/** The same with two threads that call the same target without a pause: the worst case. */
@Threads(2)
public class PolicyContention extends PolicyOverhead {}
