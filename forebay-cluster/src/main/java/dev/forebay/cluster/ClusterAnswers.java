package dev.forebay.cluster;

import dev.forebay.core.SharedAnswers;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The answers that processes share through the cluster's store. A process that claims an answer
 * renews its claim while it makes the call; when it dies, the claim ends after {@link
 * AnswerStore#CLAIM_MILLIS}. Those who wait look again after 25 ms, then after twice as long each
 * time, up to 250 ms. Thread-safe.
 */
final class ClusterAnswers implements SharedAnswers, AutoCloseable {
  private static final long RENEW_MILLIS = 4_000;
  private static final long FIRST_PAUSE_MILLIS = 25;
  private static final long LONGEST_PAUSE_MILLIS = 250;

  /** A claim that is held for longer belongs to no call. */
  private static final long MOST_HELD_MILLIS = Duration.ofMinutes(30).toMillis();

  private final AnswerStore store;
  private final AnswerCipher cipher;
  private final StoreTimers timers;
  private final AnswerStoreAccess access;
  private final String id = UUID.randomUUID().toString();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder waits = new LongAdder();
  private final LongAdder kept = new LongAdder();

  /**
   * Of that store.
   *
   * @param timers closed with this
   */
  ClusterAnswers(AnswerStore store, AnswerCipher cipher, StoreTimers timers) {
    this.store = store;
    this.cipher = cipher;
    this.timers = timers;
    this.access = new AnswerStoreAccess(timers, () -> store.readOrClaim("none", "", ""));
  }

  /** Connects. Searches find nothing before that is done; the first one does it otherwise. */
  void prepare() {
    access.connect();
  }

  @Override
  public Lookup find(Place place, Search search, LookupCallback callback) {
    Searching one = new Searching(place, search, callback);
    one.query();
    return one;
  }

  @Override
  public Claim unclaimed(Place place) {
    return new Held(cipher.hidden(place.name()), cipher.hidden(place.request()), "", false);
  }

  @Override
  public Diagnostics reading() {
    return new Diagnostics(
        access.reachable(),
        hits.sum(),
        misses.sum(),
        waits.sum(),
        kept.sum(),
        access.failures(),
        access.lastFailure());
  }

  @Override
  public void close() {
    timers.close();
  }

  private String token() {
    return id + ":" + UUID.randomUUID();
  }

  private void release(String name, String token) {
    access.tell(() -> store.claim(name, token, 0));
  }

  /** A search, until its taker got its end. */
  private final class Searching implements Lookup {
    private final String name;
    private final String request;
    private final String token = token();
    private final Search search;
    private final LookupCallback callback;
    private boolean over;
    private boolean waited;
    private long seenMillis;
    private long nextMillis = FIRST_PAUSE_MILLIS;
    private StoreTimers.@Nullable Pending next;

    Searching(Place place, Search search, LookupCallback callback) {
      this.name = cipher.hidden(place.name());
      this.request = cipher.hidden(place.request());
      this.search = search;
      this.callback = callback;
    }

    void query() {
      boolean claims;
      synchronized (this) {
        if (over) {
          return;
        }
        claims = search == Search.ONCE || (search == Search.SHARE && !waited);
      }
      access.ask(
          () -> store.readOrClaim(name, claims ? token : "", request), this::seen, this::unwanted);
    }

    private void seen(AnswerStore.@Nullable Entry entry, @Nullable Throwable failure) {
      switch (entry) {
        case null -> failed();
        case AnswerStore.Entry.Answer answer -> answered(answer);
        case AnswerStore.Entry.Nothing nothing -> missed(unclaimed());
        case AnswerStore.Entry.Mine mine -> claimed();
        case AnswerStore.Entry.Claimed other -> {
          if (search == Search.LOOK) {
            missed(unclaimed());
          } else if (!other.request().equals(request)) {
            if (end()) {
              callback.otherRequest();
            }
          } else {
            await();
          }
        }
      }
    }

    /** Waiters keep waiting while the claim is renewed, so that no call is made twice. */
    private void failed() {
      boolean goesOn;
      synchronized (this) {
        long unseen = timers.millis() - seenMillis;
        goesOn = search == Search.ONCE && waited && unseen < AnswerStore.CLAIM_MILLIS;
      }
      if (goesOn) {
        queryLater();
      } else {
        missed(unclaimed());
      }
    }

    private void answered(AnswerStore.Entry.Answer answer) {
      AnswerCipher.Opened opened = cipher.open(name, request, answer.value());
      if (!end()) {
        return;
      }
      switch (opened) {
        case AnswerCipher.Opened.Answer whole -> {
          hits.increment();
          long age = Math.max(0, whole.lifetimeMillis() - answer.millisLeft());
          callback.found(whole.bytes(), Duration.ofMillis(age));
        }
        case AnswerCipher.Opened.OtherRequest other -> callback.otherRequest();
        case AnswerCipher.Opened.Unreadable unreadable -> {
          misses.increment();
          callback.absent(unclaimed());
        }
      }
    }

    private void missed(Claim claim) {
      if (end()) {
        misses.increment();
        callback.absent(claim);
      }
    }

    private void claimed() {
      if (end()) {
        misses.increment();
        Held held = new Held(name, request, token, search == Search.ONCE);
        held.renewLater();
        callback.absent(held);
      } else {
        release(name, token);
      }
    }

    private Claim unclaimed() {
      return new Held(name, request, "", search == Search.ONCE);
    }

    private void await() {
      synchronized (this) {
        seenMillis = timers.millis();
        if (!waited) {
          waited = true;
          waits.increment();
        }
      }
      queryLater();
    }

    private synchronized void queryLater() {
      if (!over) {
        next = timers.after(nextMillis, this::query);
        nextMillis = Math.min(LONGEST_PAUSE_MILLIS, 2 * nextMillis);
      }
    }

    /** Releases a claim that was granted after its search had ended. */
    private void unwanted(AnswerStore.Entry entry) {
      if (entry instanceof AnswerStore.Entry.Mine) {
        release(name, token);
      }
    }

    /** Whether it is this that ends the search. */
    private synchronized boolean end() {
      boolean ends = !over;
      over = true;
      return ends;
    }

    @Override
    public void cancel() {
      if (end()) {
        synchronized (this) {
          if (next != null) {
            next.cancel();
          }
        }
      }
    }
  }

  /** A claim, or without a token the place for an answer that is not claimed. */
  private final class Held implements Claim {
    private final String name;
    private final String request;
    private final String token;
    private final boolean firstStays;
    private final AtomicBoolean over = new AtomicBoolean();
    private final long sinceMillis = timers.millis();

    /**
     * Of that answer.
     *
     * @param token empty if it is not claimed
     */
    Held(String name, String request, String token, boolean firstStays) {
      this.name = name;
      this.request = request;
      this.token = token;
      this.firstStays = firstStays;
    }

    /** Ends by itself: a task of a claim that is over does nothing. */
    void renewLater() {
      timers.after(RENEW_MILLIS, this::renew);
    }

    private void renew() {
      if (over.get() || timers.millis() - sinceMillis >= MOST_HELD_MILLIS) {
        return;
      }
      access.ask(
          () -> store.claim(name, token, AnswerStore.CLAIM_MILLIS),
          (isThere, failure) -> {
            if (failure != null || Boolean.TRUE.equals(isThere)) {
              renewLater();
            }
          },
          late -> {});
    }

    @Override
    public void keep(byte[] answer, Duration lifetime) {
      if (lifetime.isZero()) {
        release();
      } else if (over.compareAndSet(false, true)) {
        // To cipher it takes longer than an event loop should be kept.
        timers.after(0, () -> send(answer, lifetime.toMillis()));
      }
    }

    private void send(byte[] answer, long lifetimeMillis) {
      byte[] value = cipher.seal(name, request, answer, lifetimeMillis);
      long endsMillis = timers.millis() + lifetimeMillis;
      access.send(
          () ->
              store.keep(name, token, value, Math.max(1, endsMillis - timers.millis()), firstStays),
          (isKept, failure) -> {
            if (Boolean.TRUE.equals(isKept)) {
              kept.increment();
            } else if (failure != null && !token.isEmpty()) {
              ClusterAnswers.this.release(name, token);
            }
          });
    }

    @Override
    public void release() {
      if (over.compareAndSet(false, true) && !token.isEmpty()) {
        ClusterAnswers.this.release(name, token);
      }
    }
  }
}
