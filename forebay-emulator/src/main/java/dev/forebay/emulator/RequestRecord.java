package dev.forebay.emulator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request in the request log.
 *
 * @param arrivedMs emulated milliseconds since the start or the last reset
 * @param status null as long as no status was sent
 * @param outcome {@code ok}, an exception, a fault's key, {@code clientLeft}, or {@code inFlight}
 * @param maxTokens the maximum that was asked for, or the model's; null before it is known
 * @param authScheme the Authorization header's first word
 * @param accessKeyId from a SigV4 credential
 * @param region from a SigV4 credential scope
 * @param sdkRequest the header amz-sdk-request, which counts the SDK's own attempts
 * @param clientLeftAtMs when the client closed or reset before the end
 */
public record RequestRecord(
    long sequence,
    long arrivedMs,
    String model,
    String operation,
    @Nullable Integer status,
    String outcome,
    @Nullable Long maxTokens,
    List<String> headers,
    @Nullable String authScheme,
    @Nullable String accessKeyId,
    @Nullable String region,
    @Nullable String sdkRequest,
    String httpVersion,
    @Nullable Long clientLeftAtMs) {}
