package dev.forebay.benchmarks.library;

import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;

/** Counts the events of one stream. */
final class Events {
  private final AtomicInteger count = new AtomicInteger();

  ConverseStreamResponseHandler handler() {
    return ConverseStreamResponseHandler.builder()
        .subscriber(event -> count.incrementAndGet())
        .build();
  }

  int count() {
    return count.get();
  }
}
