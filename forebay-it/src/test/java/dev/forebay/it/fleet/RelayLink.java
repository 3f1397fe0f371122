package dev.forebay.it.fleet;

import dev.forebay.core.Ticker;
import dev.forebay.it.process.RealTime;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A relay on the loopback address, which can delay what it passes on. What was sent while it was
 * cut arrives when it is mended, late, as TCP would send it again.
 */
final class RelayLink implements StoreLink {
  private static final byte[] END = {};

  private final Ticker clock = Ticker.system();

  private final int store;
  private final ServerSocket server;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean isCut;
  private volatile boolean isClosed;
  private volatile Duration delay = Duration.ZERO;

  // Not compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record Sent(byte[] bytes, long arrivesNanos) {}

  /** A link to the store at that port. */
  RelayLink(int store) {
    this.store = store;
    try {
      this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread unused = Thread.ofVirtual().start(this::accept);
  }

  @Override
  public String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  @Override
  public void cut(boolean cut) {
    lock.lock();
    try {
      isCut = cut;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void delay(Duration each) {
    delay = each;
  }

  private void accept() {
    while (!isClosed) {
      try {
        Socket member = server.accept();
        Thread unused = Thread.ofVirtual().start(() -> connect(member));
      } catch (IOException e) {
        if (!isClosed) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void connect(Socket member) {
    try (member;
        Socket to = new Socket(InetAddress.getLoopbackAddress(), store)) {
      member.setTcpNoDelay(true);
      to.setTcpNoDelay(true);
      Thread back = Thread.ofVirtual().start(() -> copy(to, member));
      copy(member, to);
      back.join();
    } catch (IOException e) {
      // The store is not there: the member sees its connection end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void copy(Socket from, Socket to) {
    BlockingQueue<Sent> underWay = new LinkedBlockingQueue<>();
    Thread unused = Thread.ofVirtual().start(() -> deliver(underWay, from, to));
    byte[] buffer = new byte[8_192];
    try {
      InputStream in = from.getInputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        underWay.add(new Sent(Arrays.copyOf(buffer, n), arrival()));
      }
    } catch (IOException e) {
      // One side has left; the other gets the end below.
    }
    underWay.add(new Sent(END, arrival()));
  }

  private long arrival() {
    return clock.nanos() + delay.toNanos();
  }

  private void deliver(BlockingQueue<Sent> underWay, Socket from, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      for (Sent next = underWay.take(); next.bytes.length > 0; next = underWay.take()) {
        RealTime.pass(Duration.ofNanos(Math.max(0, next.arrivesNanos - clock.nanos())));
        awaitWhole();
        out.write(next.bytes);
      }
      awaitWhole();
    } catch (IOException e) {
      // One side has left; the close below ends the other.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeQuietly(from);
    closeQuietly(to);
  }

  private void awaitWhole() throws InterruptedException {
    lock.lock();
    try {
      while (isCut) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It was over already.
    }
  }

  @Override
  public void close() {
    isClosed = true;
    cut(false);
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
