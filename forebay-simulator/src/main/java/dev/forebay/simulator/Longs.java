package dev.forebay.simulator;

import java.util.Arrays;

/** A growing list of numbers, without a box for each. */
final class Longs {
  private long[] values = new long[64];
  private int size;

  void add(long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = value;
  }

  void addAll(Longs others) {
    for (int i = 0; i < others.size; i++) {
      add(others.values[i]);
    }
  }

  long[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
