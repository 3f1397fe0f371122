package dev.forebay.benchmarks.fleet;

/** One node's way to a quota that several share. Thread-safe. */
interface Node extends AutoCloseable {
  /** Asks for one call; false if it was refused. */
  boolean admit() throws InterruptedException;

  @Override
  void close();

  /** Makes nodes of one kind. */
  @FunctionalInterface
  interface Kind {
    /**
     * A node.
     *
     * @param store the address of the server
     * @param quota a name that no other run uses
     * @param perSecond the calls that all nodes together may make
     */
    Node connect(String store, String quota, long perSecond);
  }
}
