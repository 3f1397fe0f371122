package dev.forebay.gateway;

import dev.forebay.bedrock.Frame;
import dev.forebay.bedrock.FrameSplitter;
import dev.forebay.bedrock.MalformedFrameException;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.StreamEvent;
import dev.forebay.bedrock.StreamReader;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Fault;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event stream frame by frame. What comes before the first content is held back, so that
 * another target can take over unseen; from then on frames pass as they come. Only the model's own
 * last word makes the stream a success.
 */
final class StreamBody implements UpstreamAttempt.BodyReader {
  /** A target that sends this much before any content is relayed all the same. */
  private static final int MAX_HELD_BYTES = 1024 * 1024;

  private final UpstreamAttempt attempt;
  private final MultiMap headers;
  private final FrameSplitter splitter = new FrameSplitter();
  private final StreamReader reader;
  private Buffer pending = Buffer.buffer();
  private boolean contentStarted;
  private boolean relaying;

  /** Frames with content so far: what a stream that breaks off has cost at the least. */
  private int pieces;

  private Outcome.@Nullable Failure failure;

  StreamBody(UpstreamAttempt attempt, Operation operation, ModelFamily family, MultiMap headers) {
    this.attempt = attempt;
    this.headers = headers;
    this.reader = new StreamReader(operation, family);
  }

  @Override
  public void chunk(Buffer bytes) throws MalformedFrameException {
    try {
      splitter.feed(bytes.getBytes(), this::frame);
    } finally {
      flush();
    }
    if (failure != null) {
      attempt.fail(failure);
    }
  }

  @Override
  public void end() {
    if (reader.terminalSeen()) {
      attempt.finish(new Outcome.Succeeded(reader.usage()), null);
    } else {
      ErrorInfo error =
          new ErrorInfo(
              424,
              "ModelStreamErrorException",
              "The stream ended before the model's answer was complete.");
      attempt.fail(new Outcome.Failed(Fault.CONNECTION, error));
    }
  }

  @Override
  public boolean isComplete() {
    return reader.terminalSeen();
  }

  private void frame(Frame frame) {
    if (failure != null) {
      return;
    }
    StreamEvent event = reader.read(frame);
    failure = event.failure();
    if (failure == null) {
      pending.appendBytes(frame.raw());
      pieces += event.content() ? 1 : 0;
      contentStarted |= event.content() || event.terminal() || pending.length() > MAX_HELD_BYTES;
    }
  }

  private void flush() {
    if (!contentStarted || pending.length() == 0) {
      return;
    }
    if (!relaying) {
      relaying = true;
      attempt.contentStarts(headers);
    }
    Buffer out = pending;
    pending = Buffer.buffer();
    attempt.produced(pieces);
    attempt.relay(out);
  }
}
