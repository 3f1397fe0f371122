package dev.forebay.emulator;

import java.util.List;
import java.util.Map;

/**
 * What an emulator has seen since its start or its last reset.
 *
 * @param nowMs emulated milliseconds since then
 * @param models by the configured id; unknown models are counted in the total alone
 * @param operations by the last segment of the path
 * @param recent the most recent 1000 requests, oldest first
 */
public record Stats(
    long nowMs,
    Counts total,
    Map<String, Counts> models,
    Map<String, Counts> operations,
    List<RequestRecord> recent) {}
