package dev.forebay.core.health;

import dev.forebay.core.concurrent.SpinLock;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The streams on one target that have shown nothing yet, to detect late ones before they time out:
 * a dead target would otherwise be known as such only when the first of them is given up, which
 * takes many times longer.
 *
 * <p>Streams of like size are late after like times, so each size has a list in the order of its
 * beginnings, and only first ones are looked at. Thread-safe; when nothing is late, asking costs
 * one volatile read.
 */
public final class StallDetector {
  private static final long NOTHING = Long.MAX_VALUE;

  /** Whose stream it is. */
  public interface Owner {
    /** The stream has shown nothing for too long. */
    void foundLate(RandomGenerator random, long nowNanos);
  }

  /** One that is watched: a node of its list. */
  public static final class Watched {
    private final Owner owner;
    private @Nullable Watched before;
    private @Nullable Watched after;
    private @Nullable Line line;
    private long lateAtNanos;

    private Watched(Owner owner) {
      this.owner = owner;
    }

    public Owner owner() {
      return owner;
    }
  }

  private static final class Line {
    private @Nullable Watched first;
    private @Nullable Watched last;
  }

  private final SpinLock lock = new SpinLock();
  private final List<Line> lines;
  private final long originNanos;

  /** Since the origin: nothing is late before; may be too early, never too late. */
  private volatile long nextAfterOrigin = NOTHING;

  /**
   * Watches nothing yet.
   *
   * @param sizes how many sizes there are
   */
  public StallDetector(int sizes, long nowNanos) {
    originNanos = nowNanos;
    lines = new ArrayList<>(sizes);
    for (int i = 0; i < sizes; i++) {
      lines.add(new Line());
    }
  }

  public Watched add(Owner owner, int size, long lateAtNanos) {
    Watched watched = new Watched(owner);
    lock.lock();
    try {
      Line line = lines.get(size);
      watched.line = line;
      watched.lateAtNanos = lateAtNanos;
      watched.before = line.last;
      if (line.last == null) {
        line.first = watched;
      } else {
        line.last.after = watched;
      }
      line.last = watched;
      nextAfterOrigin = Math.min(nextAfterOrigin, lateAtNanos - originNanos);
    } finally {
      lock.unlock();
    }
    return watched;
  }

  /** No longer watched; false if it was not, or has been found late. */
  public boolean remove(Watched watched) {
    lock.lock();
    try {
      return unlink(watched);
    } finally {
      lock.unlock();
    }
  }

  /** Those that have become late, which are watched no more. */
  public List<Watched> late(long nowNanos) {
    if (nowNanos - originNanos < nextAfterOrigin) {
      return List.of();
    }
    List<Watched> late = new ArrayList<>();
    lock.lock();
    try {
      long next = NOTHING;
      for (Line line : lines) {
        while (line.first != null && line.first.lateAtNanos - nowNanos <= 0) {
          late.add(line.first);
          unlink(line.first);
        }
        if (line.first != null) {
          next = Math.min(next, line.first.lateAtNanos - originNanos);
        }
      }
      nextAfterOrigin = next;
    } finally {
      lock.unlock();
    }
    return late;
  }

  private static boolean unlink(Watched watched) {
    Line line = watched.line;
    if (line == null) {
      return false;
    }
    if (watched.before == null) {
      line.first = watched.after;
    } else {
      watched.before.after = watched.after;
    }
    if (watched.after == null) {
      line.last = watched.before;
    } else {
      watched.after.before = watched.before;
    }
    watched.line = null;
    watched.before = null;
    watched.after = null;
    return true;
  }
}
