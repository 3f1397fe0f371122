package dev.forebay.engine.upstream;

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
import dev.forebay.engine.Headers;
import dev.forebay.engine.Reply;
import dev.forebay.engine.http.HeaderRules;
import dev.forebay.engine.http.Refusals;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event stream frame by frame. What comes before the first content is held back, so that
 * another target can take over unseen; from then on frames pass as they come, or translated. What
 * makes the stream a success is said in {@link StreamReader}.
 */
final class StreamBody implements BodyReader {
  /** A target that sends this much before any content is relayed all the same. */
  private static final int MAX_HELD_BYTES = 1024 * 1024;

  /** Frames up to this are gathered without asking for room: no connection costs less. */
  private static final int SMALL_FRAME = 4 * 1024;

  private final UpstreamAttempt attempt;
  private final TargetCall call;
  private final Headers headers;
  private final FrameSplitter splitter = new FrameSplitter(this::hasRoom);
  private final StreamReader reader;
  private final FlawReader flaws = new FlawReader();
  private final @Nullable StreamTranslation translation;

  /** Small frames that are to go out next, after {@link #large}, in one piece. */
  private final Deque<byte[]> small = new ArrayDeque<>(1);

  private int smallBytes;

  /** What goes out before them, as it came: no second copy is made of a large frame. */
  private final Deque<ByteBuffer> large = new ArrayDeque<>(0);

  private long largeBytes;

  /** Room for what is pending and for the frame that is gathered. */
  private long held;

  /** The length of the large frame that is gathered. */
  private int gathered;

  /** The length of a large frame for which there is no room yet. */
  private int awaited;

  /** What came with the prelude of a frame for which there was no room yet. */
  private @Nullable ByteBuffer left;

  private boolean contentStarted;
  private boolean framesSeen;
  private boolean metadataSeen;
  private boolean relaying;

  /** Frames with content so far: what a stream that breaks off has cost at the least. */
  private int pieces;

  private Outcome.@Nullable Failure failure;

  StreamBody(UpstreamAttempt attempt, TargetCall call, Headers headers) {
    Translation back = call.translation();
    this.attempt = attempt;
    this.call = call;
    this.headers = back == null ? headers : HeaderRules.forInvokeStream(headers);
    this.reader = new StreamReader(call.operation(), call.family());
    this.translation = back == null ? null : back.stream(headers::get, this::append);
  }

  @Override
  public void chunk(ByteBuffer bytes) throws MalformedFrameException {
    feed(bytes);
  }

  @Override
  public void unreadable(String message) {
    attempt.fail(UpstreamAttempt.connectionFailure(message));
  }

  @Override
  public void resumed() throws MalformedFrameException {
    ByteBuffer rest = left;
    if (rest != null) {
      left = null;
      gathered = awaited;
      held += awaited;
      feed(rest);
    }
  }

  private void feed(ByteBuffer bytes) throws MalformedFrameException {
    try {
      splitter.feed(bytes, this::frame);
    } finally {
      flush();
    }
    if (failure != null) {
      attempt.fail(failure, asAnswer(failure));
    } else if (bytes.hasRemaining()) {
      left = bytes;
    }
  }

  /** Takes room for a whole frame, so that it can be gathered to its end. */
  private boolean hasRoom(int frameLength) {
    if (frameLength <= SMALL_FRAME) {
      return true;
    }
    if (!attempt.await(frameLength)) {
      awaited = frameLength;
      return false;
    }
    gathered = frameLength;
    held += frameLength;
    return true;
  }

  private void append(byte[] frames) {
    if (frames.length <= SMALL_FRAME) {
      small.add(frames);
      smallBytes += frames.length;
    } else {
      if (smallBytes > 0) {
        addLarge(takeSmall());
      }
      addLarge(ByteBuffer.wrap(frames));
    }
  }

  /** A frame that is alone, as most are, goes out as it came; several are copied once. */
  private ByteBuffer takeSmall() {
    byte[] first = small.remove();
    byte[] all = small.isEmpty() ? first : Arrays.copyOf(first, smallBytes);
    int at = first.length;
    for (byte[] next = small.poll(); next != null; next = small.poll()) {
      System.arraycopy(next, 0, all, at, next.length);
      at += next.length;
    }
    smallBytes = 0;
    return ByteBuffer.wrap(all);
  }

  private void addLarge(ByteBuffer frames) {
    large.add(frames);
    largeBytes += frames.remaining();
  }

  private long pendingBytes() {
    return largeBytes + smallBytes;
  }

  private byte[] allPending() {
    byte[] all = new byte[(int) pendingBytes()];
    ByteBuffer into = ByteBuffer.wrap(all);
    large.forEach(frames -> into.put(frames.duplicate()));
    small.forEach(into::put);
    return all;
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
      Outcome outcome = call.answered(attempt, flaws.flaw(), reader.usage());
      if (outcome instanceof Outcome.Unwanted) {
        attempt.finish(outcome, new Reply(200, headers, allPending()));
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

  /**
   * Converse sends usage (metadata) after messageStop; other forms with their last event, or
   * before.
   */
  @Override
  public boolean isSettled() {
    return reader.terminalSeen() && (metadataSeen || call.operation() != Operation.CONVERSE_STREAM);
  }

  private void frame(Frame frame) {
    if (failure != null || attempt.isOver()) {
      return;
    }
    gathered = 0;
    framesSeen = true;
    StreamEvent event = reader.read(frame);
    flaws.read(event);
    failure = event.failure() == null ? pass(frame) : call.judged(event.failure());
    if (failure == null) {
      pieces += event.content() ? 1 : 0;
      metadataSeen |= event.kind() == StreamEvent.Kind.METADATA;
      contentStarted |=
          event.content() || (event.terminal() && !isUnwanted()) || pendingBytes() > MAX_HELD_BYTES;
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
      append(frame.raw());
      return null;
    }
    long length = frame.raw().length;
    long copies = length > SMALL_FRAME ? ModelAnswer.TRANSLATION_COPIES * length : 0;
    if (copies > 0 && !attempt.take(copies)) {
      attempt.noRoom();
      return null;
    }
    try {
      translation.read(frame);
      return null;
    } catch (UntranslatableException e) {
      return TargetCall.failure(e);
    } finally {
      attempt.memory().give(copies);
    }
  }

  private void flush() {
    if (attempt.isOver()) {
      return;
    }
    if (!contentStarted) {
      holdBack();
      return;
    }
    if (!relaying) {
      relaying = true;
      attempt.contentStarts(headers);
    }
    if (pendingBytes() > 0) {
      attempt.produced(pieces);
      long had = held - gathered;
      held = gathered;
      for (ByteBuffer next = large.poll(); next != null; next = large.poll()) {
        had -= relay(next, had);
      }
      largeBytes = 0;
      if (smallBytes > 0) {
        had -= relay(takeSmall(), had);
      }
      if (had > 0) {
        attempt.memory().give(had);
      }
    }
  }

  /** Passes frames on, and returns how much of the room went with them. */
  private long relay(ByteBuffer frames, long had) {
    long own = Math.min(had, frames.remaining());
    attempt.relay(frames, own);
    return own;
  }

  /** Takes room for what may not go out yet. */
  private void holdBack() {
    if (framesSeen && failure == null) {
      attempt.firstFrameReceived();
    }
    long more = pendingBytes() + gathered - held;
    if (more > 0 && !attempt.take(more)) {
      attempt.noRoom();
    } else {
      held += more;
      if (more < 0) {
        attempt.memory().give(-more);
      }
    }
  }
}
