package dev.forebay.gateway.call;

import dev.forebay.engine.call.CallRegistry;
import dev.forebay.gateway.loop.EventLoop;

/**
 * What belongs to one event loop.
 *
 * @param calls the calls in progress on it
 */
public record LoopCalls(EventLoop loop, CallRegistry calls) {}
