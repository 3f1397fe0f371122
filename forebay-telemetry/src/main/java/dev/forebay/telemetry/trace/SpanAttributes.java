package dev.forebay.telemetry.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A span's attributes in the order in which they were put, each key once. The library's own are
 * sorted and searched for doubles, which takes longer than all else that a span is made of. All are
 * put before another thread reads them.
 */
@SuppressWarnings("Immutable") // once the span is made
final class SpanAttributes implements Attributes {
  /** A model id is the longest text that a caller gives. */
  private static final int LONGEST_VALUE = 512;

  /** Keys at even places, each followed by its value. */
  private Object[] data;

  private int used;

  /** None yet, and room for so many. */
  SpanAttributes(int room) {
    data = new Object[2 * room];
  }

  void put(AttributeKey<String> key, String value) {
    add(key, value.length() > LONGEST_VALUE ? value.substring(0, LONGEST_VALUE) : value);
  }

  void put(AttributeKey<Long> key, long value) {
    add(key, value);
  }

  void put(AttributeKey<Double> key, double value) {
    add(key, value);
  }

  <T> void put(AttributeKey<T> key, T value) {
    add(key, value);
  }

  private void add(AttributeKey<?> key, Object value) {
    if (used == data.length) {
      data = Arrays.copyOf(data, 2 * used);
    }
    data[used++] = key;
    data[used++] = value;
  }

  private AttributeKey<?> key(int at) {
    return (AttributeKey<?>) data[at];
  }

  @Override
  @SuppressWarnings("unchecked") // put with its key
  public <T> @Nullable T get(AttributeKey<T> key) {
    for (int i = 0; i < used; i += 2) {
      if (data[i].equals(key)) {
        return (T) data[i + 1];
      }
    }
    return null;
  }

  @Override
  public void forEach(BiConsumer<? super AttributeKey<?>, ? super Object> reader) {
    for (int i = 0; i < used; i += 2) {
      reader.accept(key(i), data[i + 1]);
    }
  }

  @Override
  public int size() {
    return used / 2;
  }

  @Override
  public boolean isEmpty() {
    return used == 0;
  }

  @Override
  public Map<AttributeKey<?>, Object> asMap() {
    Map<AttributeKey<?>, Object> all = new LinkedHashMap<>();
    forEach(all::put);
    return all;
  }

  @Override
  public AttributesBuilder toBuilder() {
    return Attributes.builder().putAll(this);
  }

  @Override
  public String toString() {
    return asMap().toString();
  }
}
