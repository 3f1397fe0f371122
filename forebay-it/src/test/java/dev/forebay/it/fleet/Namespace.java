package dev.forebay.it.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace of Linux for the store, with a cable (a pair of virtual Ethernet interfaces)
 * and an address of its own for each who asks for one. Packets on a cable that is cut are lost, and
 * TCP finds out by itself, as between two machines. Its addresses are those of RFC 2544, which no
 * network routes.
 */
final class Namespace implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final int port;
  private final String name;
  private final Thread atExit = new Thread(this::remove);

  /** Makes one for a store at that port, which no other store of the machine has. */
  Namespace(int port) {
    this.port = port;
    this.name = "forebay-" + port;
    ip("netns", "add", name);
    Runtime.getRuntime().addShutdownHook(atExit);
    inside("link", "set", "lo", "up");
  }

  /** Whether this machine lets this process make one. */
  static boolean isPossible() {
    String trial = "forebay-trial-" + ProcessHandle.current().pid();
    try {
      ip("netns", "add", trial);
      ip("netns", "del", trial);
      return true;
    } catch (IllegalStateException | UncheckedIOException missing) {
      return false;
    }
  }

  /** The command, run within. */
  List<String> inside(List<String> command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(command);
    return all;
  }

  /** A cable from here into it. */
  StoreLink link(int index) {
    String outer = "fb%dx%d".formatted(port, index);
    String inner = "fb%dy%d".formatted(port, index);
    String net = "198.18.%d.".formatted(port % 256);
    String address = net + (4 * index + 2);
    ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name);
    ip("addr", "add", net + (4 * index + 1) + "/30", "dev", outer);
    ip("link", "set", outer, "up");
    inside("addr", "add", address + "/30", "dev", inner);
    inside("link", "set", inner, "up");
    return new StoreLink() {
      @Override
      public String address() {
        return address + ":" + port;
      }

      @Override
      public void cut(boolean cut) {
        inside("link", "set", inner, cut ? "down" : "up");
      }

      @Override
      public void close() {
        // It goes with the namespace.
      }
    };
  }

  private void inside(String... arguments) {
    List<String> all = new ArrayList<>(List.of("-n", name));
    all.addAll(List.of(arguments));
    ip(all.toArray(String[]::new));
  }

  private static void ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void remove() {
    ip("netns", "del", name);
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    remove();
  }
}
