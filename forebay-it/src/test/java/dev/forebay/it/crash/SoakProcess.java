package dev.forebay.it.crash;

import dev.forebay.cli.Main;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The gateway's process as the soak runs it: says every five seconds how much of its heap is live,
 * and may leak by itself, so that the soak can be seen to find that.
 *
 * <pre>
 * live BYTES
 * </pre>
 */
final class SoakProcess {
  private static final int LIVE_EVERY_SECONDS = 5;

  /** What is kept for good in the whole run; the heap of {@link Crew} has 256 MB. */
  private static final long LEAKED_MB = 120;

  private static final long LEAKED_HEAP_MB = 60;
  private static final int LEAKED_THREADS = 60;
  private static final int LEAKED_DESCRIPTORS = 300;

  private final List<Object> kept = new ArrayList<>();
  private final CountDownLatch never = new CountDownLatch(1);

  private SoakProcess() {}

  /**
   * Arguments: what leaks, if it is a {@link Footprint.Kind}; for how many seconds; then the
   * command's.
   */
  public static void main(String[] args) {
    new SoakProcess().begin(args[0], Integer.parseInt(args[1]));
    Main.main(Arrays.copyOfRange(args, 2, args.length));
  }

  private void begin(String leak, int seconds) {
    var timers =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("soak").factory());
    var unused =
        timers.scheduleAtFixedRate(
            SoakProcess::sayLive, LIVE_EVERY_SECONDS, LIVE_EVERY_SECONDS, TimeUnit.SECONDS);
    int times =
        switch (leak) {
          case "RSS" -> (int) LEAKED_MB;
          case "HEAP" -> (int) LEAKED_HEAP_MB;
          case "THREADS" -> LEAKED_THREADS;
          case "DESCRIPTORS" -> LEAKED_DESCRIPTORS;
          default -> 0;
        };
    if (times > 0) {
      var unusedToo =
          timers.scheduleAtFixedRate(
              () -> leak(leak), 1_000, 1_000L * seconds / times, TimeUnit.MILLISECONDS);
    }
  }

  private static void sayLive() {
    System.gc();
    System.out.println(
        "live " + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
  }

  private void leak(String kind) {
    switch (kind) {
      case "RSS" -> {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        while (buffer.hasRemaining()) {
          buffer.put((byte) 1);
        }
        kept.add(buffer);
      }
      case "HEAP" -> kept.add(new byte[1 << 20]);
      case "THREADS" -> Thread.ofPlatform().daemon().start(this::park);
      default -> kept.add(open());
    }
  }

  private void park() {
    try {
      never.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static InputStream open() {
    try {
      return Files.newInputStream(Path.of("/dev/null"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
