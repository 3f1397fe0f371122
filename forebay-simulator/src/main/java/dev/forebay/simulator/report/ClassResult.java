package dev.forebay.simulator.report;

/** What one kind of calls got. */
public record ClassResult(
    String name,
    String priority,
    String tenant,
    double deadlineSeconds,
    Counts counts,
    Waits waits) {}
