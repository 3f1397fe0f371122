package dev.forebay.it.fleet;

import java.time.Duration;

/** The network between one member and the store, which can be cut. */
interface StoreLink extends AutoCloseable {
  /** Where the member finds the store: {@code HOST:PORT}. */
  String address();

  /** While it is cut, packets are lost in both directions without an error. */
  void cut(boolean cut);

  /** What is sent in either direction arrives so much later from now on. */
  default void delay(Duration each) {
    throw new IllegalStateException("only a relay delays");
  }

  @Override
  void close();
}
