package dev.forebay.engine.reuse;

import dev.forebay.core.Step.Source;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Loop;
import dev.forebay.engine.Reply;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.call.Answer;
import java.nio.ByteBuffer;
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

  /** Who lets callers find the flight. */
  interface Owner {
    /** Whether the answer has all that others may count on who get it as well. */
    boolean isComplete(Answer answer);

    /** No caller can join it any more. May be called twice. */
    void closed(CoalescedCall coalesced);

    /**
     * It has given a whole answer. Called before the call is closed to readers, so that no caller
     * misses both.
     */
    void answered(CoalescedCall coalesced, Answer answer, Source source);
  }

  /** Frames that some reader has yet to take. */
  private record Held(ByteBuffer frames, Runnable taken) {}

  private final Owner owner;
  private final int mostKept;

  private final List<CoalescedReader> readers = new ArrayList<>();
  private @Nullable CoalescedReader leader;
  private boolean madeAnew;
  private volatile boolean answering;

  private Piece.@Nullable Whole whole;
  private Piece.@Nullable Begin begin;
  private Piece.@Nullable End end;

  /** What readers have yet to take, or all of it while others may join; the first is number... */
  private final List<Held> frames = new ArrayList<>();

  /** ...this, as those before it are gone. */
  private int firstFrame;

  private long keptBytes;
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
    this.mostKept = mostKept;
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

  private void whenRead(Runnable action) {
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
    List<Held> useless;
    synchronized (this) {
      useless = List.copyOf(frames);
      frames.clear();
      firstFrame += useless.size();
      keptBytes = 0;
    }
    useless.forEach(held -> held.taken().run());
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
    int index = reader.framesRead() - firstFrame;
    if (index < frames.size()) {
      Piece.Frames found = new Piece.Frames(frames.get(index).frames().duplicate());
      reader.readOneMore();
      return found;
    }
    return end;
  }

  /** Where the exchange that makes the call writes, from its own loop. */
  ResponseSink writer(Loop loop) {
    return new Writer(loop);
  }

  /** The sink of the exchange that makes the call. Its callbacks run on its own loop. */
  private final class Writer implements ResponseSink {
    private final Loop loop;

    Writer(Loop loop) {
      this.loop = loop;
    }

    private Runnable here(Runnable action) {
      return () -> loop.execute(action);
    }

    @Override
    public void whenGone(Runnable action) {
      CoalescedCall.this.whenGone(here(action));
    }

    @Override
    public boolean begun() {
      return CoalescedCall.this.begun();
    }

    @Override
    public void whole(Reply reply, @Nullable Source source, Runnable sent) {
      if (CoalescedCall.this.whole(reply, source)) {
        whenRead(here(sent));
      } else {
        sent.run();
      }
    }

    @Override
    public void answering() {
      CoalescedCall.this.answering();
    }

    @Override
    public void begin(Headers headers, Source source) {
      CoalescedCall.this.begin(headers, source);
    }

    @Override
    public boolean write(ByteBuffer frames, Runnable taken) {
      return CoalescedCall.this.write(frames, taken);
    }

    @Override
    public boolean isFull() {
      return CoalescedCall.this.isFull();
    }

    @Override
    public void whenDrained(Runnable action) {
      CoalescedCall.this.whenDrained(here(action));
    }

    @Override
    public void end(ByteBuffer last, boolean complete, Runnable sent) {
      CoalescedCall.this.end(last, complete);
      whenRead(here(sent));
    }
  }

  private synchronized void whenGone(Runnable action) {
    whenGone = action;
  }

  private synchronized boolean begun() {
    return begin != null;
  }

  /** The whole answer; false if the call is made anew, so that this is no reader's but one's. */
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

  private void answering() {
    if (!answering) {
      answering = true;
      wakeReaders();
    }
  }

  private void begin(Headers headers, Source source) {
    synchronized (this) {
      begin = new Piece.Begin(headers, source);
    }
    wakeReaders();
  }

  private boolean write(ByteBuffer more, Runnable taken) {
    boolean tooLong;
    boolean full;
    List<Held> useless;
    synchronized (this) {
      frames.add(new Held(more, taken));
      keptBytes += more.remaining();
      tooLong = keptBytes > mostKept;
      closed |= tooLong;
      useless = dropRead();
      full = keptBytes > mostKept;
    }
    useless.forEach(held -> held.taken().run());
    if (tooLong) {
      owner.closed(this);
    }
    wakeReaders();
    return full;
  }

  private synchronized void whenDrained(Runnable action) {
    whenDrained = action;
  }

  private synchronized boolean isFull() {
    return keptBytes > mostKept;
  }

  private void end(ByteBuffer last, boolean complete) {
    Piece.Begin head;
    Answer answer;
    synchronized (this) {
      head = begin;
      if (head == null) {
        throw new IllegalStateException("the end of a stream that has not begun");
      }
      if (last.remaining() > 0) {
        frames.add(new Held(last, () -> {}));
      }
      end = new Piece.End(complete, head.source());
      answer = complete && !closed ? new Answer(true, head.headers(), all()) : null;
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
   * A refusal that is the leader's alone, because its time was up or its attempts failed by chance,
   * or an answer with members missing, which no other caller may get: another caller with time left
   * takes its place, once, so that many callers do not wait for one failure after the other.
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
    List<Held> useless;
    synchronized (this) {
      useless = dropRead();
      ready = keptBytes <= mostKept ? whenDrained : null;
      if (ready != null) {
        whenDrained = null;
      }
    }
    useless.forEach(held -> held.taken().run());
    if (ready != null) {
      ready.run();
    }
  }

  /** Once no caller can join, frames that all have read are of no use. */
  private List<Held> dropRead() {
    if (!closed) {
      return List.of();
    }
    int needed =
        readers.stream()
            .mapToInt(CoalescedReader::framesRead)
            .min()
            .orElse(firstFrame + frames.size());
    List<Held> read = frames.subList(0, needed - firstFrame);
    List<Held> useless = List.copyOf(read);
    keptBytes -= useless.stream().mapToLong(held -> held.frames().remaining()).sum();
    read.clear();
    firstFrame = needed;
    return useless;
  }

  private byte[] all() {
    byte[] all = new byte[frames.stream().mapToInt(held -> held.frames().remaining()).sum()];
    ByteBuffer into = ByteBuffer.wrap(all);
    frames.forEach(held -> into.put(held.frames().duplicate()));
    return all;
  }
}
