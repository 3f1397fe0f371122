package dev.forebay.engine.pipeline;

import dev.forebay.core.SharedAnswers;
import dev.forebay.engine.VirtualLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shared answers in virtual time, a millisecond away, which do what their contract says. */
final class VirtualAnswers implements SharedAnswers {
  private static final long AWAY_NANOS = 1_000_000;
  private static final long BOUND_NANOS = 50_000_000;

  // Not compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record Kept(String request, byte[] bytes, long atNanos, long untilNanos) {}

  private final VirtualLoop loop;
  private final Map<String, Kept> answers = new LinkedHashMap<>();
  private final Map<String, Held> claims = new LinkedHashMap<>();
  private final List<Searching> waiting = new ArrayList<>();
  private int searches;
  private int open;
  private boolean down;

  VirtualAnswers(VirtualLoop loop) {
    this.loop = loop;
  }

  /** Whether it answers nothing in time from now on. */
  void down(boolean isDown) {
    down = isDown;
  }

  /** All who have claimed something have died. */
  void claimsEnd() {
    claims.clear();
    List.copyOf(waiting).forEach(Searching::query);
  }

  /** Everything that is kept becomes this. */
  void spoil(byte[] bytes) {
    answers.replaceAll(
        (name, kept) -> new Kept(kept.request(), bytes, kept.atNanos(), kept.untilNanos()));
  }

  int searches() {
    return searches;
  }

  /** Searches and claims that are not over. */
  int open() {
    return open + claims.size();
  }

  int kept() {
    return answers.size();
  }

  @Override
  public Lookup find(Place place, Search search, LookupCallback callback) {
    searches++;
    open++;
    Searching one = new Searching(place, search, callback);
    loop.timer(down ? BOUND_NANOS : AWAY_NANOS, one::query);
    return one;
  }

  @Override
  public Claim unclaimed(Place place) {
    return new Held(place, false);
  }

  @Override
  public Diagnostics reading() {
    return new Diagnostics(!down, 0, 0, 0, 0, 0, "");
  }

  private final class Searching implements Lookup {
    private final Place place;
    private final Search search;
    private final LookupCallback callback;
    private boolean over;

    Searching(Place place, Search search, LookupCallback callback) {
      this.place = place;
      this.search = search;
      this.callback = callback;
    }

    void query() {
      if (over) {
        return;
      }
      Kept kept = down ? null : answers.get(place.name());
      Held held = down ? null : claims.get(place.name());
      boolean waited = waiting.contains(this);
      if (kept != null && kept.untilNanos() - loop.nanos() > 0) {
        end();
        if (kept.request().equals(place.request())) {
          callback.found(kept.bytes(), Duration.ofNanos(loop.nanos() - kept.atNanos()));
        } else {
          callback.otherRequest();
        }
      } else if (held != null && search != Search.LOOK) {
        if (held.place.equals(place)) {
          if (!waited) {
            waiting.add(this);
          }
        } else {
          end();
          callback.otherRequest();
        }
      } else {
        end();
        boolean claims = !down && search != Search.LOOK && !(search == Search.SHARE && waited);
        Held own = new Held(place, search == Search.ONCE);
        if (claims) {
          VirtualAnswers.this.claims.put(place.name(), own);
        }
        callback.absent(own);
      }
    }

    private void end() {
      over = true;
      open--;
      waiting.remove(this);
    }

    @Override
    public void cancel() {
      if (!over) {
        end();
      }
    }
  }

  private final class Held implements Claim {
    private final Place place;
    private final boolean firstStays;
    private boolean over;

    Held(Place place, boolean firstStays) {
      this.place = place;
      this.firstStays = firstStays;
    }

    private void end() {
      over = true;
      claims.remove(place.name(), this);
      loop.timer(AWAY_NANOS, () -> List.copyOf(waiting).forEach(Searching::query));
    }

    @Override
    public void keep(byte[] answer, Duration lifetime) {
      @Nullable Held holder = claims.get(place.name());
      boolean isLost = holder != null && holder != this;
      if (!over && !isLost && !(firstStays && answers.containsKey(place.name()))) {
        long now = loop.nanos();
        answers.put(place.name(), new Kept(place.request(), answer, now, now + lifetime.toNanos()));
      }
      end();
    }

    @Override
    public void release() {
      if (!over) {
        end();
      }
    }
  }
}
