package dev.forebay.it.fleet;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where the store runs and how members reach it.
 *
 * @param label as the report calls it
 * @param bind what the store listens on there
 * @param host its address for those who look after it
 * @param launch makes of the store's command one that runs it there
 * @param links one for each member
 * @param end what is left of it goes
 */
record StoreNetwork(
    String label,
    String bind,
    String host,
    UnaryOperator<List<String>> launch,
    List<StoreLink> links,
    Runnable end)
    implements AutoCloseable {

  /**
   * A network namespace with a cable to each member, where the machine lets this process make one,
   * else relays on the loopback address.
   */
  static StoreNetwork of(int port, int members) {
    if (Namespace.isPossible()) {
      Namespace namespace = new Namespace(port);
      StoreLink own = namespace.link(members);
      return new StoreNetwork(
          "a network namespace",
          "0.0.0.0",
          own.address().split(":", 2)[0],
          namespace::inside,
          IntStream.range(0, members).mapToObj(namespace::link).toList(),
          namespace::close);
    }
    return relays("relays, as network namespaces need Linux, root and iproute2", port, members);
  }

  /** Relays on the loopback address, which can delay what they pass on. */
  static StoreNetwork relays(int port, int members) {
    return relays("relays", port, members);
  }

  private static StoreNetwork relays(String label, int port, int members) {
    return new StoreNetwork(
        label,
        "127.0.0.1",
        "127.0.0.1",
        command -> command,
        Stream.generate(() -> (StoreLink) new RelayLink(port)).limit(members).toList(),
        () -> {});
  }

  /** The loopback address, for members whose link is never cut. */
  static StoreNetwork loopback() {
    return new StoreNetwork(
        "the loopback address", "127.0.0.1", "127.0.0.1", command -> command, List.of(), () -> {});
  }

  @Override
  public void close() {
    links.forEach(StoreLink::close);
    end.run();
  }
}
