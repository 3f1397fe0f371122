package dev.forebay.engine.reuse;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Step.Source;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Loop;
import dev.forebay.engine.Reply;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.call.Answer;
import dev.forebay.engine.http.Refusals;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call to a model whose answer several callers read, each at its own pace from the first byte
 * on. The exchange that makes it writes here; readers on any loop take from here. It continues
 * while a caller reads, even if the first one has left, and is made anew once if it fails.
 * Thread-safe.
 */
final class CoalescedCall {
  /** What a reader finds next. */
  sealed interface Piece {
    /** A whole answer, or an error, which has no source: the end. */
    record Whole(Reply reply, @Nullable Source source) implements Piece {}

    /** A stream's head. */
    record Begin(Headers headers, Source source) implements Piece {}

    /** More of a stream. */
    record Frames(ByteBuffer frames) implements Piece {}

    /** A stream's end. */
    record End(boolean complete, Source source) implements Piece {}
  }

  /** Lets callers find the call. */
  interface Owner {
    /** Whether the answer has all that its other callers may count on. */
    boolean isComplete(Answer answer);

    /** No caller can join it any more. May be called twice. */
    void closed(CoalescedCall coalesced);

    /**
     * It has given a whole answer. Called before the call is closed to readers, so that no caller
     * misses both.
     */
    void answered(CoalescedCall coalesced, Answer answer, Source source);
  }

  private final Owner owner;
  private final FrameBuffer frames;
  private final List<CoalescedReader> readers = new ArrayList<>();
  private @Nullable CoalescedReader leader;
  private boolean madeAnew;
  private volatile boolean answering;

  private Piece.@Nullable Whole whole;
  private Piece.@Nullable Begin begin;
  private Piece.@Nullable End end;

  private boolean closed;

  /** Whether the last reader has taken all. */
  private boolean isRead;

  /** Runs when that is so. */
  private final List<Runnable> whenRead = new ArrayList<>(1);

  private @Nullable Runnable whenGone;
  private @Nullable Runnable whenDrained;

  /**
   * A call whose answer is yet to be written.
   *
   * @param mostKept the longest stream, in bytes, that is kept whole: no caller joins a longer one,
   *     and it comes as slowly as its slowest reader reads
   */
  CoalescedCall(Owner owner, int mostKept) {
    this.owner = owner;
    this.frames = new FrameBuffer(mostKept);
  }

  /**
   * Lets a caller read; false if it is too late for that.
   *
   * @param leads whether the call that is made is this caller's own
   */
  synchronized boolean join(CoalescedReader reader, boolean leads) {
    if (closed) {
      return false;
    }
    readers.add(reader);
    if (leads) {
      leader = reader;
    }
    return true;
  }

  /**
   * Has a reader make the call, for which all have waited until now. If none has time left for it,
   * no more callers join, and waiting callers leave when their time is over.
   */
  void lead(CallSender sender) {
    CoalescedReader first;
    synchronized (this) {
      first = readers.stream().filter(CoalescedReader::hasTime).findFirst().orElse(null);
      leader = first;
      closed |= first == null;
    }
    if (first == null) {
      owner.closed(this);
    } else {
      first.make(sender);
    }
  }

  /** Gives all readers an error. None of them makes the call again. */
  void refuse(ErrorInfo error) {
    synchronized (this) {
      madeAnew = true;
    }
    whole(Refusals.reply(error, Duration.ZERO), null);
  }

  /** The reader has gone, or has read all. The last one to go ends the call. */
  void leave(CoalescedReader reader) {
    Runnable gone;
    synchronized (this) {
      readers.remove(reader);
      gone = readers.isEmpty() && !isOver() ? whenGone : null;
      closed |= gone != null;
    }
    if (gone != null) {
      owner.closed(this);
      gone.run();
      forget();
    } else {
      drained();
      endIfRead();
    }
  }

  void whenRead(Runnable action) {
    synchronized (this) {
      if (!isRead) {
        whenRead.add(action);
        return;
      }
    }
    action.run();
  }

  /** Releases what it holds once the last reader has left. */
  private void endIfRead() {
    List<Runnable> actions;
    synchronized (this) {
      if (!isOver() || !readers.isEmpty() || isRead) {
        return;
      }
      isRead = true;
      actions = List.copyOf(whenRead);
      whenRead.clear();
    }
    forget();
    actions.forEach(Runnable::run);
  }

  private void forget() {
    List<Runnable> taken;
    synchronized (this) {
      taken = frames.dropUntil(frames.end());
    }
    taken.forEach(Runnable::run);
  }

  /** The next piece for a reader; null if it has to wait. */
  @Nullable Piece next(CoalescedReader reader) {
    Piece piece = take(reader);
    if (piece instanceof Piece.Frames) {
      drained();
    }
    return piece;
  }

  private synchronized @Nullable Piece take(CoalescedReader reader) {
    if (whole != null) {
      return whole;
    }
    if (!reader.hasHead() || begin == null) {
      return begin;
    }
    ByteBuffer found = frames.get(reader.framesRead());
    if (found != null) {
      reader.readOneMore();
      return new Piece.Frames(found);
    }
    return end;
  }

  /** Where the exchange that makes the call writes, from its own loop. */
  ResponseSink writer(Loop loop) {
    return new CoalescedWriter(this, loop);
  }

  synchronized void whenGone(Runnable action) {
    whenGone = action;
  }

  synchronized boolean begun() {
    return begin != null;
  }

  /**
   * The whole answer; false if the call is made again for the other readers: only the leader gets
   * this answer.
   */
  boolean whole(Reply reply, @Nullable Source source) {
    Answer answer = source == null ? null : new Answer(false, reply.headers(), reply.body());
    boolean isComplete =
        source != null && answer != null && (source.isDegraded() || owner.isComplete(answer));
    if (!isComplete && isMadeAnew(reply, source)) {
      return false;
    }
    synchronized (this) {
      whole = new Piece.Whole(reply, source);
    }
    if (isComplete && source != null && answer != null) {
      owner.answered(this, answer, source);
    }
    over();
    return true;
  }

  /** Whether a target has begun to answer. */
  boolean isAnswering() {
    return answering;
  }

  void answering() {
    if (!answering) {
      answering = true;
      wakeReaders();
    }
  }

  void begin(Headers headers, Source source) {
    synchronized (this) {
      begin = new Piece.Begin(headers, source);
    }
    wakeReaders();
  }

  boolean write(ByteBuffer more, Runnable taken) {
    boolean tooLong;
    boolean full;
    List<Runnable> read;
    synchronized (this) {
      frames.add(more, taken);
      tooLong = frames.isFull();
      closed |= tooLong;
      read = dropRead();
      full = frames.isFull();
    }
    read.forEach(Runnable::run);
    if (tooLong) {
      owner.closed(this);
    }
    wakeReaders();
    return full;
  }

  synchronized void whenDrained(Runnable action) {
    whenDrained = action;
  }

  synchronized boolean isFull() {
    return frames.isFull();
  }

  void end(ByteBuffer last, boolean complete) {
    Piece.Begin head;
    Answer answer;
    synchronized (this) {
      head = begin;
      if (head == null) {
        throw new IllegalStateException("the end of a stream that has not begun");
      }
      if (last.remaining() > 0) {
        frames.add(last, () -> {});
      }
      end = new Piece.End(complete, head.source());
      answer = complete && !closed ? new Answer(true, head.headers(), frames.bytes()) : null;
    }
    if (answer != null && owner.isComplete(answer)) {
      owner.answered(this, answer, head.source());
    }
    over();
  }

  private void over() {
    synchronized (this) {
      closed = true;
    }
    owner.closed(this);
    wakeReaders();
    endIfRead();
  }

  private synchronized boolean isOver() {
    return whole != null || end != null;
  }

  /**
   * A refusal that is the leader's alone, because the leader timed out or failed transiently, or an
   * answer with members missing, which no other caller may get: another caller with time left takes
   * its place, once, so that many callers do not wait for one failure after the other.
   *
   * @param source who gave the answer; null for a refusal
   */
  private boolean isMadeAnew(Reply reply, @Nullable Source source) {
    CoalescedReader failed;
    CoalescedReader heir;
    synchronized (this) {
      failed = leader;
      heir =
          madeAnew || (source == null && !isPassing(reply.status()))
              ? null
              : readers.stream()
                  .filter(reader -> !reader.equals(failed) && reader.mayLead())
                  .findFirst()
                  .orElse(null);
      if (heir == null) {
        return false;
      }
      madeAnew = true;
      leader = heir;
      readers.remove(failed);
    }
    if (failed != null) {
      failed.end(reply, source);
    }
    heir.lead(reply, source);
    answering = false;
    wakeReaders();
    return true;
  }

  private static boolean isPassing(int status) {
    return status == 408 || status == 424 || status == 429 || status >= 500;
  }

  private void wakeReaders() {
    List<CoalescedReader> all;
    synchronized (this) {
      all = List.copyOf(readers);
    }
    all.forEach(CoalescedReader::wake);
  }

  private void drained() {
    Runnable ready;
    List<Runnable> read;
    synchronized (this) {
      read = dropRead();
      ready = frames.isFull() ? null : whenDrained;
      if (ready != null) {
        whenDrained = null;
      }
    }
    read.forEach(Runnable::run);
    if (ready != null) {
      ready.run();
    }
  }

  /** Once no caller can join, frames that all have read are of no use. */
  private List<Runnable> dropRead() {
    if (!closed) {
      return List.of();
    }
    return frames.dropUntil(
        readers.stream().mapToInt(CoalescedReader::framesRead).min().orElse(frames.end()));
  }
}
