package dev.forebay.gateway.loop;

/**
 * What a gateway holds in memory for calls.
 *
 * @param held bytes of requests and answers, and of what translation makes of them
 * @param limit the most that may be held
 * @param refused calls and jobs that were refused, or given up, because there was no room
 * @param idleCallers callers that were disconnected because they took nothing of their answers
 */
public record HeldMemory(long held, long limit, long refused, long idleCallers) {}
