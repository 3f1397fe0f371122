package dev.forebay.it.fleet;

/** The network between one member and the store, which can be cut. */
interface StoreLink extends AutoCloseable {
  /** Where the member finds the store: {@code HOST:PORT}. */
  String address();

  /** While it is cut, packets are lost in both directions without an error. */
  void cut(boolean cut);

  @Override
  void close();
}
