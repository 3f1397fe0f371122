package dev.forebay.engine;

import dev.forebay.config.TargetConfig;
import java.nio.ByteBuffer;

/**
 * Sends requests to one target for the calls of one loop, and reports what comes back. It knows
 * connections, TLS and proxies; it decides nothing, repeats nothing on its own but what {@link
 * Request#repeatable} allows, follows no redirect, decodes nothing and has no timeouts beyond that
 * for connecting: the engine cancels.
 *
 * <p>All methods are called, and all reports are made, on the loop.
 */
public interface Transport {
  /** Makes the transports of a process. Thread-safe. */
  @FunctionalInterface
  interface Factory {
    /**
     * The transport to a target for the calls of a loop. Called once for each pair, on the loop;
     * transports to one target may share what is thread-safe.
     */
    Transport open(TargetConfig target, Loop loop);
  }

  /**
   * One request, signed.
   *
   * @param uri the raw path with the query, to be sent as it is, since it was signed
   * @param headers without {@code Host} and {@code Content-Length} unless they are signed: the
   *     transport adds what is missing. Not changed after this
   * @param body the whole body; empty for none. Never changed
   * @param repeatable whether the request may be sent once more when a kept connection turns out to
   *     be dead before the first byte of an answer
   */
  // Not compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Request(String method, String uri, Headers headers, byte[] body, boolean repeatable) {}

  /**
   * The head of an answer.
   *
   * @param headers as they came
   */
  record Head(int status, Headers headers) {}

  /**
   * Why no answer, or no more of it, comes.
   *
   * @param reason a few words for operators and callers, such as {@code connection refused},
   *     without any secret
   * @param connected whether there was a connection
   */
  record Failure(String reason, boolean connected, Throwable cause) {}

  /** What the engine does with a request that is under way. */
  interface Control {
    /**
     * Drops the request and closes its connection: nothing is reported any more. Changes nothing
     * once the end or a failure was reported.
     */
    void cancel();

    /** Reports no more of the body until {@link #resume}, and reads no more than is buffered. */
    void pause();

    /** Goes on. Changes nothing if it was not paused. */
    void resume();
  }

  /**
   * Receives the events of one request. Nothing follows {@link #end}, {@link #failed} or {@link
   * #defect}.
   */
  interface Receiver {
    /** First of all, before {@link Transport#send} returns. */
    void begins(Control control);

    /** The request has a connection and is on its way: once, even if it is sent again. */
    void sent();

    /** The head of the answer is there; its body follows unless paused. */
    void head(Head head);

    /**
     * A piece of the body, never empty. The receiver may keep it: its bytes do not change any more.
     */
    void piece(ByteBuffer bytes);

    /** The body is whole as far as HTTP is concerned: by its length or its last chunk. */
    void end();

    /** No answer comes, or no more of it. */
    void failed(Failure failure);

    /** A defect of the transport itself, or an error of the machine. */
    void defect(Throwable cause);
  }

  /** Sends a request. May report before it returns. Never throws. */
  void send(Request request, Receiver receiver);

  /** No call uses it any more. */
  void close();
}
