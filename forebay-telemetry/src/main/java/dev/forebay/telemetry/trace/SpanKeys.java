package dev.forebay.telemetry.trace;

import io.opentelemetry.api.common.AttributeKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * OpenTelemetry's keys of attributes by their names, of which there are few. A key encodes its name
 * when it is made, which costs more than to look one up. Thread-safe.
 */
final class SpanKeys {
  private static final Map<String, AttributeKey<String>> TEXTS = new ConcurrentHashMap<>();
  private static final Map<String, AttributeKey<Long>> WHOLES = new ConcurrentHashMap<>();
  private static final Map<String, AttributeKey<Double>> REALS = new ConcurrentHashMap<>();
  private static final Map<String, AttributeKey<Boolean>> FLAGS = new ConcurrentHashMap<>();
  private static final Map<String, AttributeKey<List<String>>> LISTS = new ConcurrentHashMap<>();

  private SpanKeys() {}

  static AttributeKey<String> text(String name) {
    return TEXTS.computeIfAbsent(name, AttributeKey::stringKey);
  }

  static AttributeKey<Long> whole(String name) {
    return WHOLES.computeIfAbsent(name, AttributeKey::longKey);
  }

  static AttributeKey<Double> real(String name) {
    return REALS.computeIfAbsent(name, AttributeKey::doubleKey);
  }

  static AttributeKey<Boolean> flag(String name) {
    return FLAGS.computeIfAbsent(name, AttributeKey::booleanKey);
  }

  static AttributeKey<List<String>> texts(String name) {
    return LISTS.computeIfAbsent(name, AttributeKey::stringArrayKey);
  }
}
