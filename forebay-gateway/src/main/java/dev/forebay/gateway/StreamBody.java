package dev.forebay.gateway;

import dev.forebay.bedrock.FlawReader;
import dev.forebay.bedrock.Frame;
import dev.forebay.bedrock.FrameSplitter;
import dev.forebay.bedrock.MalformedFrameException;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.StreamEvent;
import dev.forebay.bedrock.StreamReader;
import dev.forebay.bedrock.translate.StreamTranslation;
import dev.forebay.bedrock.translate.Translation;
import dev.forebay.bedrock.translate.UntranslatableException;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Flaw;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Fault;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event stream frame by frame. What comes before the first content is held back, so that
 * another target can take over unseen; from then on frames pass as they come, or translated. What
 * makes the stream a success is said in {@link StreamReader}.
 */
final class StreamBody implements UpstreamAttempt.BodyReader {
  /** A target that sends this much before any content is relayed all the same. */
  private static final int MAX_HELD_BYTES = 1024 * 1024;

  private final UpstreamAttempt attempt;
  private final TargetCall call;
  private final MultiMap headers;
  private final FrameSplitter splitter = new FrameSplitter();
  private final StreamReader reader;
  private final FlawReader flaws = new FlawReader();
  private final @Nullable StreamTranslation translation;
  private Buffer pending = Buffer.buffer();
  private boolean contentStarted;
  private boolean framesSeen;
  private boolean metadataSeen;
  private boolean relaying;

  /** Frames with content so far: what a stream that breaks off has cost at the least. */
  private int pieces;

  private Outcome.@Nullable Failure failure;

  StreamBody(UpstreamAttempt attempt, TargetCall call, MultiMap headers) {
    Translation back = call.translation();
    this.attempt = attempt;
    this.call = call;
    this.headers = back == null ? headers : HeaderRules.forInvokeStream(headers);
    this.reader = new StreamReader(call.operation(), call.family());
    this.translation =
        back == null
            ? null
            : back.stream(headers::get, translated -> pending.appendBytes(translated));
  }

  @Override
  public void chunk(Buffer bytes) throws MalformedFrameException {
    try {
      splitter.feed(bytes.getBytes(), this::frame);
    } finally {
      flush();
    }
    if (failure != null) {
      attempt.fail(failure, asAnswer(failure));
    }
  }

  /** An exception before content as the answer that it stands for, by the target's request id. */
  private Reply asAnswer(Outcome.Failure exception) {
    Reply reply = Refusals.reply(exception.error(), Duration.ZERO);
    String requestId = headers.get(HeaderRules.REQUEST_ID);
    if (requestId != null) {
      reply.headers().set(HeaderRules.REQUEST_ID, requestId);
    }
    return reply;
  }

  @Override
  public void end() {
    if (reader.terminalSeen() || (reader.mayEnd() && splitter.atBoundary())) {
      if (translation != null) {
        translation.end();
      }
      Outcome outcome = attempt.answered(flaws.flaw(), reader.usage());
      if (outcome instanceof Outcome.Unwanted) {
        attempt.finish(outcome, new Reply(200, headers, pending));
        return;
      }
      contentStarted = true;
      flush();
      attempt.finish(outcome, null);
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

  /** Converse says the tokens after its last word; other forms with it, or before. */
  @Override
  public boolean isSettled() {
    return reader.terminalSeen() && (metadataSeen || call.operation() != Operation.CONVERSE_STREAM);
  }

  private void frame(Frame frame) {
    if (failure != null) {
      return;
    }
    framesSeen = true;
    StreamEvent event = reader.read(frame);
    flaws.read(event);
    failure = event.failure() == null ? pass(frame) : call.judged(event.failure());
    if (failure == null) {
      pieces += event.content() ? 1 : 0;
      metadataSeen |= event.kind() == StreamEvent.Kind.METADATA;
      contentStarted |=
          event.content()
              || (event.terminal() && !isUnwanted())
              || pending.length() > MAX_HELD_BYTES;
    }
  }

  /** An answer without content that is not wanted is held back to its end. */
  private boolean isUnwanted() {
    Flaw flaw = flaws.flaw();
    return flaw != null && call.fallbackOn().contains(flaw);
  }

  /** Puts the frame, or what it is translated to, with those to go out next. */
  private Outcome.@Nullable Failure pass(Frame frame) {
    if (translation == null) {
      pending.appendBytes(frame.raw());
      return null;
    }
    try {
      translation.read(frame);
      return null;
    } catch (UntranslatableException e) {
      return TargetCall.failure(e);
    }
  }

  private void flush() {
    if (!contentStarted) {
      if (framesSeen && failure == null) {
        attempt.showsLife();
      }
      return;
    }
    if (!relaying) {
      relaying = true;
      attempt.contentStarts(headers);
    }
    if (pending.length() > 0) {
      Buffer out = pending;
      pending = Buffer.buffer();
      attempt.produced(pieces);
      attempt.relay(out);
    }
  }
}
