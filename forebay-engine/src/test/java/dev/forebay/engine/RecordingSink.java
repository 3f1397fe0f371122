package dev.forebay.engine;

import dev.forebay.bedrock.Frame;
import dev.forebay.bedrock.FrameSplitter;
import dev.forebay.bedrock.MalformedFrameException;
import dev.forebay.core.Step.Source;
import dev.forebay.testkit.CallEnd;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A caller that takes all at once, and keeps it. */
public class RecordingSink implements ResponseSink {
  private static final Pattern TEXT = Pattern.compile("\"text\": ?\"([^\"]*)\"");

  private final ByteArrayOutputStream frames = new ByteArrayOutputStream();
  private @Nullable Reply reply;
  private @Nullable Headers head;
  private @Nullable Runnable gone;
  private boolean complete;
  private int ends;

  /** The caller wants no answer any more. */
  public void leave() {
    Objects.requireNonNull(gone).run();
  }

  /** The headers of the answer, which has begun. */
  public Headers headers() {
    return head == null ? reply().headers() : head;
  }

  /** All bytes of the body that have come. */
  public byte[] body() {
    return head == null ? reply().body() : frames.toByteArray();
  }

  /** The whole answer, which is there. */
  public Reply reply() {
    return Objects.requireNonNull(reply);
  }

  /** How often the answer has come to its end. */
  public int ends() {
    return ends;
  }

  /** How the call has ended. */
  public CallEnd end() {
    Headers headers = head;
    if (headers == null) {
      return reply().status() == 200
          ? new CallEnd.Answer(by(reply().headers()))
          : new CallEnd.Refusal(reply().status(), errorType());
    }
    Frame last = frames().getLast();
    if ("exception".equals(last.header(":message-type"))) {
      return new CallEnd.Break(Objects.requireNonNull(last.header(":exception-type")));
    }
    return new CallEnd.Answer(complete ? by(headers) : "an incomplete stream without an error");
  }

  /** As SDKs read it: without what follows the colon. */
  private String errorType() {
    String sent = Objects.requireNonNull(reply().headers().get("x-amzn-errortype"));
    return sent.replaceFirst(":.*", "");
  }

  private static String by(Headers headers) {
    return Objects.requireNonNull(headers.get("x-forebay-answer"));
  }

  /** What the model has said. */
  public String text() {
    StringBuilder text = new StringBuilder();
    if (head == null) {
      Matcher found = TEXT.matcher(new String(reply().body(), StandardCharsets.UTF_8));
      return found.find() ? found.group(1) : "";
    }
    for (Frame frame : frames()) {
      Matcher found = TEXT.matcher(new String(frame.payload(), StandardCharsets.UTF_8));
      if (found.find()) {
        text.append(found.group(1));
      }
    }
    return text.toString();
  }

  private List<Frame> frames() {
    List<Frame> all = new ArrayList<>();
    try {
      FrameSplitter splitter = new FrameSplitter();
      splitter.feed(frames.toByteArray(), all::add);
      if (!splitter.atBoundary()) {
        throw new AssertionError("half a frame reached the caller");
      }
    } catch (MalformedFrameException e) {
      throw new AssertionError("a broken frame reached the caller", e);
    }
    return all;
  }

  @Override
  public void whenGone(Runnable action) {
    gone = action;
  }

  @Override
  public boolean begun() {
    return head != null;
  }

  @Override
  public void whole(Reply whole, @Nullable Source source, Runnable sent) {
    reply = whole;
    ends++;
    sent.run();
  }

  @Override
  public void begin(Headers headers, Source source) {
    head = headers;
  }

  @Override
  public boolean write(ByteBuffer more, Runnable taken) {
    keep(more);
    taken.run();
    return false;
  }

  @Override
  public boolean isFull() {
    return false;
  }

  @Override
  public void whenDrained(Runnable action) {}

  @Override
  public void end(ByteBuffer last, boolean isComplete, Runnable sent) {
    keep(last);
    complete = isComplete;
    ends++;
    sent.run();
  }

  private void keep(ByteBuffer more) {
    byte[] bytes = new byte[more.remaining()];
    more.get(bytes);
    frames.writeBytes(bytes);
  }
}
