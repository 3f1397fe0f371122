package dev.forebay.telemetry;

/**
 * What is held in memory for calls.
 *
 * @param held bytes of requests and answers
 * @param limit the most that may be held
 * @param refused calls that were refused because there was no room
 * @param idleCallers callers that were disconnected because they took nothing
 */
public record MemoryLoad(long held, long limit, long refused, long idleCallers) {}
