package dev.forebay.it.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.core.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Asks for {@code /healthz} every 100 ms, each time on a connection of its own. */
final class HealthProbe {
  private static final int EVERY_MS = 100;

  private final int port;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong slowestNanos = new AtomicLong();
  private final AtomicInteger failed = new AtomicInteger();

  HealthProbe(int port) {
    this.port = port;
    var unused =
        clock.scheduleAtFixedRate(
            () -> threads.execute(this::ask), 0, EVERY_MS, TimeUnit.MILLISECONDS);
  }

  private void ask() {
    long begun = Ticker.system().nanos();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket
          .getOutputStream()
          .write(
              "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      if (!answer.startsWith("HTTP/1.1 200")) {
        failed.incrementAndGet();
      }
    } catch (IOException e) {
      failed.incrementAndGet();
    }
    slowestNanos.accumulateAndGet(Ticker.system().nanos() - begun, Math::max);
  }

  /** Stops, and says how long the slowest answer took; fails if there was none or another one. */
  Duration stop() {
    clock.shutdownNow();
    threads.close();
    if (failed.get() > 0) {
      throw new AssertionError(failed + " health checks failed");
    }
    return Duration.ofNanos(slowestNanos.get());
  }
}
