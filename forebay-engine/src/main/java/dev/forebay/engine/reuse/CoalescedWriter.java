package dev.forebay.engine.reuse;

import dev.forebay.core.Step.Source;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Loop;
import dev.forebay.engine.Reply;
import dev.forebay.engine.ResponseSink;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where the exchange that makes a {@link CoalescedCall} writes its answer for all readers. Its
 * callbacks run on its own loop.
 */
final class CoalescedWriter implements ResponseSink {
  private final CoalescedCall coalesced;
  private final Loop loop;

  CoalescedWriter(CoalescedCall coalesced, Loop loop) {
    this.coalesced = coalesced;
    this.loop = loop;
  }

  private Runnable here(Runnable action) {
    return () -> loop.execute(action);
  }

  @Override
  public void whenGone(Runnable action) {
    coalesced.whenGone(here(action));
  }

  @Override
  public boolean begun() {
    return coalesced.begun();
  }

  @Override
  public void whole(Reply reply, @Nullable Source source, Runnable sent) {
    if (coalesced.whole(reply, source)) {
      coalesced.whenRead(here(sent));
    } else {
      sent.run();
    }
  }

  @Override
  public void answering() {
    coalesced.answering();
  }

  @Override
  public void begin(Headers headers, Source source) {
    coalesced.begin(headers, source);
  }

  @Override
  public boolean write(ByteBuffer frames, Runnable taken) {
    return coalesced.write(frames, taken);
  }

  @Override
  public boolean isFull() {
    return coalesced.isFull();
  }

  @Override
  public void whenDrained(Runnable action) {
    coalesced.whenDrained(here(action));
  }

  @Override
  public void end(ByteBuffer last, boolean complete, Runnable sent) {
    coalesced.end(last, complete);
    coalesced.whenRead(here(sent));
  }
}
