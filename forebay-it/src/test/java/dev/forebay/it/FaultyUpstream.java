package dev.forebay.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Plays the same script to everyone who connects. */
public final class FaultyUpstream implements AutoCloseable {
  /** What it does. */
  @FunctionalInterface
  public interface Script {
    void play(Peer peer) throws IOException;
  }

  private final Script script;
  private final ServerSocket server;
  private final CountDownLatch over = new CountDownLatch(1);

  /**
   * Not virtual ones. Where all carriers wait for a class that another thread loads, and that
   * thread waits for a lock that was just passed to a virtual thread, nothing goes on: seen in the
   * JDK, on two processors, with hundreds of upstreams and a cold start.
   */
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());

  private final List<Socket> sockets = new ArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();

  public FaultyUpstream(Script script) {
    this.script = script;
    try {
      server = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    threads.execute(this::accept);
  }

  public String endpoint() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  /** How many have connected. */
  public int connections() {
    return connections.get();
  }

  private void accept() {
    try {
      while (over.getCount() > 0) {
        Socket socket = server.accept();
        connections.incrementAndGet();
        synchronized (sockets) {
          sockets.add(socket);
        }
        threads.execute(() -> play(socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void play(Socket socket) {
    try (socket) {
      script.play(new Peer(socket, over));
    } catch (IOException gone) {
      // The gateway has left, as it may.
    }
  }

  @Override
  public void close() {
    over.countDown();
    closeQuietly(server);
    synchronized (sockets) {
      sockets.forEach(FaultyUpstream::closeQuietly);
    }
    threads.shutdownNow();
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // It is closed.
    }
  }
}
