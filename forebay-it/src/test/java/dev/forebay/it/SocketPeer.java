package dev.forebay.it;

import dev.forebay.testkit.FaultCase;
import dev.forebay.testkit.TargetPeer;
import dev.forebay.testkit.TargetScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;

/** Plays on a socket what a target does over any connection that works. */
final class SocketPeer implements TargetPeer {
  private final Peer peer;
  private boolean ended;

  private SocketPeer(Peer peer) {
    this.peer = peer;
  }

  /** The same fault on sockets. */
  static FaultCase<FaultyUpstream.Script> onSockets(FaultCase<TargetScript> fault) {
    return new FaultCase<>(
        fault.name(),
        asked(fault.unary()),
        asked(fault.stream()),
        fault.unaryAlone(),
        fault.unaryWithFallback(),
        fault.streamAlone(),
        fault.streamWithFallback(),
        fault.deaf());
  }

  private static FaultyUpstream.Script asked(TargetScript script) {
    return peer -> {
      if (!peer.request().isEmpty()) {
        try {
          SocketPeer target = new SocketPeer(peer);
          script.play(target);
          if (!target.ended) {
            peer.hang();
          }
        } catch (UncheckedIOException e) {
          throw e.getCause();
        }
      }
    };
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void step(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public TargetPeer head(int status, String... more) {
    StringBuilder head = new StringBuilder("HTTP/1.1 %d Status\r\n".formatted(status));
    boolean typed = false;
    for (int i = 0; i < more.length; i += 2) {
      typed |= more[i].toLowerCase(Locale.ROOT).equals("content-type");
      head.append(more[i]).append(": ").append(more[i + 1]).append("\r\n");
    }
    head.append(typed ? "" : "content-type: application/json\r\n");
    step(() -> peer.send(head + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"));
    return this;
  }

  @Override
  public TargetPeer piece(byte[] bytes) {
    if (bytes.length > 0) {
      step(() -> peer.chunk(bytes));
    }
    return this;
  }

  @Override
  public void end() {
    ended = true;
    step(peer::lastChunk);
  }

  @Override
  public void drip(byte[] bytes, Duration pause) {
    step(() -> peer.dripChunks(bytes, Math.toIntExact(pause.toMillis())));
  }
}
