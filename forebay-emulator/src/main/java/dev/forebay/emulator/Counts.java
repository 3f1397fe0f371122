package dev.forebay.emulator;

import java.util.Map;

/**
 * Counters of all requests, of one model or of one operation.
 *
 * @param arrived requests whose head arrived
 * @param ok requests answered in full, streams included
 * @param errors the others, by exception name or by the fault's key
 * @param streamsAborted streams that the client left before their end
 * @param tokensIn estimated input tokens of admitted requests
 * @param tokensOut output tokens said
 * @param throttledByQuota requests refused by the quota model, not by a fault
 */
public record Counts(
    long arrived,
    long ok,
    Map<String, Long> errors,
    long streamsBegun,
    long streamsCompleted,
    long streamsAborted,
    long inFlight,
    long tokensIn,
    long tokensOut,
    long throttledByQuota) {}
