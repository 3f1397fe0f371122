package dev.forebay.cluster;

import dev.forebay.config.ClusterConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A store in this process's memory, for tests and simulations: several members of one process share
 * it by {@link #connect}. Answers are there at once.
 */
public final class MemoryStore {
  private final LongSupplier millis;
  private final Map<String, LeaseBook> books = new LinkedHashMap<>();

  /** In the order of their ends, as all are equally long. */
  private final Map<String, Long> members = new LinkedHashMap<>();

  private final Map<String, HeldFact> facts = new LinkedHashMap<>();
  private final Map<String, Long> learned = new LinkedHashMap<>();

  /** By quota and member, until when it is open. */
  private final Map<String, Map<String, Long>> circuits = new LinkedHashMap<>();

  private final Map<String, Probe> probes = new LinkedHashMap<>();
  private final List<Consumer<SharedStore.Fact>> listeners = new CopyOnWriteArrayList<>();
  private long version;
  private boolean down;
  private boolean leasesNothing;

  private record HeldFact(SharedStore.Fact fact, long untilMillis) {}

  private record Opened(long count, boolean isNews) {}

  private record Probe(String member, long untilMillis) {}

  /** A store whose clock this is. */
  public MemoryStore(LongSupplier millis) {
    this.millis = millis;
  }

  /** A member's connection, of the usual weight. */
  public SharedStore connect() {
    return connect(ClusterConfig.DEFAULT_WEIGHT);
  }

  /**
   * A member's connection.
   *
   * @param weight of what it wants, beside what others want
   */
  public SharedStore connect(int weight) {
    return new Connection(weight);
  }

  /** Whether no operation succeeds from now on. */
  public synchronized void down(boolean unreachable) {
    down = unreachable;
  }

  /** Whether nothing can be leased from now on, though all else is answered. */
  public synchronized void leasesNothing(boolean refusesLeases) {
    leasesNothing = refusesLeases;
  }

  /** Drops everything. */
  public synchronized void flush() {
    books.clear();
    members.clear();
    facts.clear();
    learned.clear();
    circuits.clear();
    probes.clear();
    version = 0;
  }

  /** What is counted of a quota as held by all, in millionths. */
  public synchronized long counted(String quota) {
    return book(quota).counted(millis.getAsLong());
  }

  /** How many members there are. */
  public synchronized int members() {
    prune(millis.getAsLong());
    return members.size();
  }

  private LeaseBook book(String quota) {
    return books.computeIfAbsent(quota, name -> new LeaseBook());
  }

  private void prune(long now) {
    Iterator<Long> ends = members.values().iterator();
    while (ends.hasNext() && ends.next() <= now) {
      ends.remove();
    }
    Iterator<HeldFact> all = facts.values().iterator();
    while (all.hasNext()) {
      if (all.next().untilMillis() <= now) {
        all.remove();
      }
    }
  }

  private interface Operation<T> {
    T at(long nowMillis);
  }

  private <T> CompletionStage<T> done(Operation<T> operation) {
    synchronized (this) {
      if (down) {
        return CompletableFuture.failedFuture(new IllegalStateException("the store is down"));
      }
      long now = millis.getAsLong();
      prune(now);
      return CompletableFuture.completedFuture(operation.at(now));
    }
  }

  /** The members that have found the quota's target broken, and until when that counts. */
  private Map<String, Long> opinions(String quota, long now) {
    Map<String, Long> by = circuits.computeIfAbsent(quota, q -> new LinkedHashMap<>());
    by.values().removeIf(until -> until <= now);
    return by;
  }

  private static SharedStore.Renewed both(SharedStore.Renewed one, SharedStore.Renewed other) {
    List<SharedStore.Granted> granted = new ArrayList<>(one.granted());
    granted.addAll(other.granted());
    return new SharedStore.Renewed(
        one.members().or(other::members),
        one.facts().isEmpty() ? other.facts() : one.facts(),
        granted);
  }

  private final class Connection implements SharedStore {
    private final List<Consumer<Fact>> mine = new CopyOnWriteArrayList<>();
    private final int weight;

    Connection(int weight) {
      this.weight = weight;
    }

    @Override
    public CompletionStage<Grant> lease(String quota, String owner, long seq, int wants, int has) {
      synchronized (MemoryStore.this) {
        if (leasesNothing) {
          return CompletableFuture.failedFuture(
              new IllegalStateException("NOPERM this user has no permissions"));
        }
      }
      return done(now -> book(quota).lease(owner, seq, wants, has, weight, now));
    }

    /** In one, as parts of one memory. */
    @Override
    public List<CompletionStage<Renewed>> renew(Renewal asked) {
      CompletionStage<Renewed> all =
          CompletableFuture.completedFuture(new Renewed(Optional.empty(), List.of(), List.of()));
      for (CompletionStage<Renewed> part : SharedStore.super.renew(asked)) {
        all = all.thenCombine(part, MemoryStore::both);
      }
      return List.of(all);
    }

    @Override
    public CompletionStage<?> giveBack(String quota, String owner, long seq, int has) {
      return done(
          now -> {
            book(quota).giveBack(owner, seq, has, now);
            return true;
          });
    }

    @Override
    public CompletionStage<List<Held>> held(String quota) {
      return done(now -> book(quota).held(100, now));
    }

    @Override
    public CompletionStage<?> settle(String quota, long used) {
      return done(
          now -> {
            book(quota).settle(used, now);
            return true;
          });
    }

    @Override
    public CompletionStage<Members> alive(String member) {
      return done(
          now -> {
            members.remove(member);
            members.put(member, now + MEMBER_MILLIS);
            return new Members(
                members.size(), version, members.keySet().stream().limit(100).toList());
          });
    }

    @Override
    public CompletionStage<?> leave(String member) {
      return done(now -> members.remove(member) != null);
    }

    @Override
    public CompletionStage<?> tell(Fact fact) {
      CompletionStage<Boolean> published =
          done(
              now -> {
                String name = fact.kind() + " " + fact.about();
                HeldFact known = facts.get(name);
                long until = now + fact.millis();
                if (known != null && until <= known.untilMillis() + 50) {
                  return false;
                }
                facts.put(name, new HeldFact(fact, until));
                version++;
                return true;
              });
      return published.thenAccept(
          isNew -> {
            if (isNew) {
              listeners.forEach(listener -> listener.accept(fact));
            }
          });
    }

    @Override
    public CompletionStage<Long> learn(String quota, long from, long to, String by) {
      CompletionStage<Long> known =
          done(
              now -> {
                long before = learned.getOrDefault(quota, 0L);
                if (before == from) {
                  learned.put(quota, to);
                  version++;
                }
                return before;
              });
      return known.thenApply(
          before -> {
            if (before != from) {
              return before;
            }
            Fact fact = new Fact(Kind.LEARNED, quota, to, by);
            listeners.forEach(listener -> listener.accept(fact));
            return to;
          });
    }

    @Override
    public CompletionStage<Long> open(String quota, String member, boolean open) {
      CompletionStage<Opened> said =
          done(
              now -> {
                Map<String, Long> by = opinions(quota, now);
                Long known = by.remove(member);
                if (open) {
                  by.put(member, now + MEMBER_MILLIS);
                } else {
                  probes.computeIfPresent(
                      quota, (q, probe) -> probe.member().equals(member) ? null : probe);
                }
                boolean isNews = !open || known == null;
                version += isNews ? 1 : 0;
                return new Opened(by.size(), isNews);
              });
      return said.thenApply(
          opened -> {
            if (opened.isNews()) {
              Fact fact = new Fact(open ? Kind.OPEN : Kind.CLOSED, quota, opened.count(), member);
              listeners.forEach(listener -> listener.accept(fact));
            }
            return opened.count();
          });
    }

    @Override
    public CompletionStage<Long> probe(String quota, String member, long ttl) {
      return done(
          now -> {
            Probe known = probes.get(quota);
            if (known != null && known.untilMillis() > now && !known.member().equals(member)) {
              return known.untilMillis() - now;
            }
            probes.put(quota, new Probe(member, now + ttl));
            return 0L;
          });
    }

    @Override
    public CompletionStage<List<Fact>> facts(Collection<String> quotas) {
      return done(
          now -> {
            List<Fact> hold = new ArrayList<>();
            facts
                .values()
                .forEach(
                    held ->
                        hold.add(
                            new Fact(
                                held.fact().kind(),
                                held.fact().about(),
                                held.untilMillis() - now,
                                held.fact().by())));
            learned.forEach((quota, rate) -> hold.add(new Fact(Kind.LEARNED, quota, rate, "-")));
            for (String quota : quotas) {
              int open = opinions(quota, now).size();
              if (open > 0) {
                hold.add(new Fact(Kind.OPEN, quota, open, "-"));
              }
            }
            return hold;
          });
    }

    @Override
    public void listen(Consumer<Fact> listener) {
      mine.add(listener);
      listeners.add(listener);
    }

    @Override
    public void close() {
      listeners.removeAll(mine);
    }
  }
}
