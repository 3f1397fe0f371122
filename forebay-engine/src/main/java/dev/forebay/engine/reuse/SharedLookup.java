package dev.forebay.engine.reuse;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.SharedAnswers;
import dev.forebay.core.SharedAnswers.Claim;
import dev.forebay.core.SharedAnswers.Lookup;
import dev.forebay.core.SharedAnswers.Place;
import dev.forebay.core.SharedAnswers.Search;
import dev.forebay.core.Step.Source;
import dev.forebay.engine.Loop;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.call.Answer;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.http.Refusals;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the answer of a coalesced call among those that processes share, before one of its
 * readers makes the call. Its readers wait meanwhile, each until its own deadline; the last one to
 * leave ends the search. Thread-safe.
 */
final class SharedLookup implements SharedAnswers.LookupCallback {
  private final Loop loop;
  private final MemoryBudget memory;
  private final ResponseSink writer;
  private final CoalescedCall coalesced;
  private final AnswerRecorder recorder;
  private final CallSender sender;
  private final @Nullable ErrorInfo otherRequest;
  private @Nullable Lookup lookup;
  private boolean cancelled;

  private SharedLookup(
      CallRegistry calls,
      CoalescedCall coalesced,
      AnswerRecorder recorder,
      CallSender sender,
      @Nullable ErrorInfo otherRequest) {
    this.loop = calls.loop();
    this.memory = calls.memory();
    this.writer = coalesced.writer(loop);
    this.coalesced = coalesced;
    this.recorder = recorder;
    this.sender = sender;
    this.otherRequest = otherRequest;
  }

  /**
   * Begins to look.
   *
   * @param recorder receives what is found
   * @param sender makes the call if nothing is found
   * @param otherRequest what callers get if the place belongs to another request; null to make the
   *     call
   */
  static void begin(
      SharedAnswers shared,
      Place place,
      Search search,
      CallRegistry calls,
      CoalescedCall coalesced,
      AnswerRecorder recorder,
      CallSender sender,
      @Nullable ErrorInfo otherRequest) {
    SharedLookup one = new SharedLookup(calls, coalesced, recorder, sender, otherRequest);
    // First, as the exchange may have put its own there when the search returns.
    coalesced.whenGone(one::cancel);
    one.under(shared.find(place, search, one));
  }

  private synchronized void under(Lookup begun) {
    lookup = begun;
    if (cancelled) {
      begun.cancel();
    }
  }

  private synchronized void cancel() {
    cancelled = true;
    if (lookup != null) {
      lookup.cancel();
    }
  }

  /** On the loop, as reading an answer takes longer than a thread of the store should be kept. */
  @Override
  public void found(byte[] bytes, Duration age) {
    loop.execute(() -> give(bytes, age));
  }

  private void give(byte[] bytes, Duration age) {
    Optional<Answer> answer =
        AnswerBytes.read(bytes)
            .filter(read -> recorder.isComplete(read.answer()) && recorder.found(read, age))
            .map(AnswerBytes.Read::answer);
    if (answer.isEmpty()) {
      coalesced.lead(sender);
      return;
    }
    long held = answer.get().body().length;
    if (memory.take(held, held)) {
      answer.get().again(age).give(writer, Source.CACHED, () -> memory.give(held));
    } else {
      memory.refuse();
      coalesced.refuse(Refusals.NO_ROOM);
    }
  }

  @Override
  public void absent(Claim claim) {
    recorder.claimed(claim);
    coalesced.lead(sender);
  }

  @Override
  public void otherRequest() {
    if (otherRequest == null) {
      coalesced.lead(sender);
    } else {
      coalesced.refuse(otherRequest);
    }
  }
}
