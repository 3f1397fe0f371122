package dev.forebay.engine;

import dev.forebay.testkit.TargetPeer;
import dev.forebay.testkit.TargetScript;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A transport in virtual time to a target that does what a test has it do, one turn of the loop
 * after a request came.
 */
public final class ScriptedTransport implements Transport {
  /** What a target does with a request. */
  @FunctionalInterface
  public interface Script {
    void play(Peer peer);
  }

  private final VirtualLoop loop;
  private final Script script;

  public ScriptedTransport(VirtualLoop loop, Script script) {
    this.loop = loop;
    this.script = script;
  }

  /** Answers with JSON. */
  public static Script replies(int status, String body, String... headers) {
    return TargetScript.replies(status, body, headers)::play;
  }

  @Override
  public void send(Request request, Receiver receiver) {
    Peer peer = new Peer(loop, request.uri().endsWith("-stream"), receiver);
    receiver.begins(peer);
    loop.execute(
        () -> {
          if (!peer.cancelled) {
            receiver.sent();
            script.play(peer);
          }
        });
  }

  @Override
  public void close() {}

  /** The target's side of one request. Whatever it does is lost once that is cancelled. */
  public static final class Peer implements Control, TargetPeer {
    private final VirtualLoop loop;
    private final boolean streaming;
    private final Receiver receiver;
    private boolean cancelled;
    private boolean paused;

    private Peer(VirtualLoop loop, boolean streaming, Receiver receiver) {
      this.loop = loop;
      this.streaming = streaming;
      this.receiver = receiver;
    }

    /** Whether a stream is asked for. */
    public boolean isStreaming() {
      return streaming;
    }

    @Override
    public Peer head(int status, String... more) {
      Headers headers = new Headers().set("content-type", "application/json");
      for (int i = 0; i < more.length; i += 2) {
        headers.set(more[i], more[i + 1]);
      }
      if (!cancelled) {
        receiver.head(new Head(status, headers));
      }
      return this;
    }

    @Override
    public Peer stream() {
      TargetPeer.super.stream();
      return this;
    }

    @Override
    public Peer piece(byte[] bytes) {
      if (!cancelled && bytes.length > 0) {
        receiver.piece(ByteBuffer.wrap(bytes));
      }
      return this;
    }

    @Override
    public void end() {
      if (!cancelled) {
        receiver.end();
      }
    }

    /** The connection dies. */
    public void fails(String reason) {
      if (!cancelled) {
        receiver.failed(new Failure(reason, true, new IOException(reason)));
      }
    }

    /** Does something later. */
    public void after(Duration time, Script then) {
      loop.timer(time.toNanos(), () -> then.play(this));
    }

    /** Whether the request is of no use any more. */
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public void drip(byte[] bytes, Duration pause) {
      drip(bytes, 0, pause);
    }

    private void drip(byte[] bytes, int at, Duration pause) {
      loop.timer(
          pause.toNanos(),
          () -> {
            if (!cancelled) {
              piece(new byte[] {bytes[at]});
              drip(bytes, (at + 1) % bytes.length, pause);
            }
          });
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    /** Whether no more is wanted for now. What is sent all the same is taken. */
    public boolean isPaused() {
      return paused;
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      paused = false;
    }
  }
}
