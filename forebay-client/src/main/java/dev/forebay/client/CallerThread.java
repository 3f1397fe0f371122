package dev.forebay.client;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The thread that waits for its call: it runs the call's events and does the call's own reading and
 * writing, so that no other thread is needed. Thread-safe.
 */
final class CallerThread implements Executor {
  /** Only a program's own listener can hold up a call's events, and no thread waits for that. */
  private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final Queue<Runnable> actions = new ArrayDeque<>(2);
  private final Queue<Runnable> work = new ArrayDeque<>(2);
  private final Executor others;
  private volatile Thread thread = Thread.currentThread();

  /** Whether the thread is here, to run what comes. */
  private boolean here;

  /** Whether it comes back to read the rest of a stream. */
  private boolean returns;

  /** Whether it reads itself. */
  private boolean lends = true;

  private boolean reading;

  /**
   * The current thread, or whichever {@link #arrive}s later.
   *
   * @param others runs events while this thread reads, or is not here
   */
  CallerThread(Executor others) {
    this.others = others;
  }

  @Override
  public void execute(Runnable action) {
    lock.lock();
    try {
      if (here && !reading) {
        actions.add(action);
        news.signal();
        return;
      }
    } finally {
      lock.unlock();
    }
    others.execute(action);
  }

  /** The current thread is about to run its call. */
  void arrive() {
    lock.lock();
    try {
      thread = Thread.currentThread();
      here = true;
      reading = false;
    } finally {
      lock.unlock();
    }
  }

  /** The thread has the beginning of a stream and will come back for more. */
  void willReturn() {
    lock.lock();
    try {
      returns = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Work that blocks may last longer than the thread wants to wait: others may want its result, or
   * there may be no way to break it off. So the thread does not do it.
   */
  void doNotRead() {
    lock.lock();
    try {
      lends = false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes work that blocks, such as a request and the reading of its answer. If the thread cannot
   * do it, as when a hedge begins while it reads, a virtual one does it.
   */
  void read(Runnable io) {
    boolean own = Thread.currentThread().equals(thread);
    lock.lock();
    try {
      // What the thread itself asks for while it reads is the next attempt: this one has ended.
      if (lends && (own || !reading) && work.isEmpty() && (here || returns)) {
        work.add(io);
        news.signal();
        return;
      }
    } finally {
      lock.unlock();
    }
    elsewhere(io);
  }

  private static void elsewhere(Runnable io) {
    Thread.ofVirtual().name("forebay-attempt").start(io);
  }

  /**
   * Called between two pieces of work: whether the calling thread continues. The caller's own
   * thread first checks whether its answer is there; the work is queued for it again.
   */
  boolean goesOn(Runnable io) {
    if (!Thread.currentThread().equals(thread)) {
      return true;
    }
    lock.lock();
    try {
      passWorkOn();
      work.add(io);
    } finally {
      lock.unlock();
    }
    return false;
  }

  /** Called between two steps of a piece of work, when the calling thread goes on in any case. */
  void passOn() {
    if (Thread.currentThread().equals(thread)) {
      lock.lock();
      try {
        passWorkOn();
      } finally {
        lock.unlock();
      }
    }
  }

  /** A hedge that began meanwhile does not wait for this attempt. */
  private void passWorkOn() {
    work.forEach(CallerThread::elsewhere);
    work.clear();
  }

  /** Lets the thread look again whether what it waits for has come. */
  void wake() {
    lock.lock();
    try {
      news.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the thread has been interrupted while it reads, which a socket does not notice. */
  boolean isInterruptedReader() {
    lock.lock();
    try {
      return reading && thread.isInterrupted();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Runs the call until that is true. To be called on the thread itself, between {@link #arrive}
   * and {@link #leave}.
   *
   * @param over becomes true by an event of the call; {@link #wake} follows
   * @throws InterruptedException if the thread was interrupted before that
   */
  void runUntil(BooleanSupplier over) throws InterruptedException {
    while (!over.getAsBoolean()) {
      Runnable action = next(over);
      if (action != null) {
        action.run();
      }
    }
  }

  /**
   * Runs what comes of the call until that is true, which is soon: it waits for no target. An
   * interrupt stays for later. To be called on the thread itself.
   *
   * @param over becomes true by an event of the call; {@link #wake} follows
   */
  void settle(BooleanSupplier over) {
    if (over.getAsBoolean()) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    arrive();
    try {
      long left = SETTLE_NANOS;
      while (!over.getAsBoolean() && left > 0) {
        Runnable action = null;
        lock.lock();
        try {
          action = actions.poll();
          if (action == null && !over.getAsBoolean()) {
            left = news.awaitNanos(left);
          }
        } catch (InterruptedException e) {
          interrupted = true;
        } finally {
          lock.unlock();
        }
        if (action != null) {
          action.run();
        }
      }
    } finally {
      leave();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The next event or, if there is none, work; null if it is time to look again. */
  private @Nullable Runnable next(BooleanSupplier over) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      reading = false;
      while (actions.isEmpty() && work.isEmpty() && !over.getAsBoolean()) {
        news.await();
      }
      Runnable action = actions.poll();
      if (action != null) {
        return action;
      }
      Runnable io = work.poll();
      reading = io != null;
      return io;
    } finally {
      lock.unlock();
    }
  }

  /** The thread leaves; the events that are left run elsewhere. */
  void leave() {
    lock.lock();
    try {
      here = false;
      reading = false;
      actions.forEach(others::execute);
      actions.clear();
    } finally {
      lock.unlock();
    }
  }
}
