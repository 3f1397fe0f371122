package dev.forebay.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Members of different weights and a book in virtual time, with a network between them that delays,
 * reorders and loses what is sent, members that crash and freeze, debts, and a store that loses its
 * memory. After every step all members together must hold no more than the quota.
 */
final class LeaseModel {
  private static final int MEMBERS = 5;
  private static final int[] WEIGHTS = {1, 1, 3, 1_000};

  /** On its way, from or to that member; it may be of no use when it arrives. */
  private record Message(Peer peer, long atMillis, Runnable arrives) {}

  private static final class Peer {
    final String owner;
    final int weight;
    final LeaseHolder holder = new LeaseHolder();
    long frozenUntilMillis;

    Peer(String owner, int weight) {
      this.owner = owner;
      this.weight = weight;
    }
  }

  private final RandomGenerator random;
  private final Supplier<? extends Ledger> books;
  private final List<Peer> peers = new ArrayList<>();
  private final List<Message> network = new ArrayList<>();
  private Ledger book;
  private long nowMillis = 1_000_000;
  private int names;
  private boolean owes;

  LeaseModel(RandomGenerator random, Supplier<? extends Ledger> books) {
    this.random = random;
    this.books = books;
    this.book = books.get();
    for (int i = 0; i < MEMBERS; i++) {
      peers.add(peer());
    }
  }

  /** Some members have used more than they were granted, which is then withheld from all. */
  LeaseModel withDebts() {
    owes = true;
    return this;
  }

  /** Makes one thing happen. */
  void step() {
    int what = random.nextInt(1_000);
    if (what < 300) {
      nowMillis += random.nextInt(10);
    } else if (what < 305) {
      nowMillis += random.nextInt(3_000);
    } else if (what < 400) {
      any().holder.wants(random.nextInt(4) == 0 ? 0 : random.nextInt(Grant.WHOLE + 1), nowMillis);
    } else if (what < 402) {
      peers.set(random.nextInt(MEMBERS), peer());
    } else if (what < 403) {
      any().frozenUntilMillis = nowMillis + random.nextInt(5_000);
    } else if (what == 403 && random.nextInt(10) == 0) {
      book = books.get();
    } else if (what == 404 && owes) {
      book.settle(random.nextLong(500L * Grant.WHOLE), nowMillis);
    } else if (what < 700) {
      ask(any(), 10, 20);
    } else {
      deliver();
    }
  }

  /**
   * All but one member die without a word, and with what they had on its way; nothing is lost any
   * more, and the last one wants all.
   *
   * @return after how long it had all, in milliseconds
   */
  long millisUntilTheLastHasAll() {
    Peer last = peers.getFirst();
    peers.subList(1, MEMBERS).clear();
    network.removeIf(message -> message.peer != last);
    last.frozenUntilMillis = 0;
    long from = nowMillis;
    last.holder.wants(Grant.WHOLE, nowMillis);
    while (last.holder.has(nowMillis) < Grant.WHOLE && nowMillis < from + 60_000) {
      nowMillis++;
      ask(last, 1, 0);
      deliver();
    }
    long took = nowMillis - from;
    while (peers.size() < MEMBERS) {
      peers.add(peer());
    }
    return took;
  }

  /** What all hold together, as they believe. */
  long held() {
    return peers.stream().mapToLong(peer -> peer.holder.has(nowMillis)).sum();
  }

  /** What the book counts. */
  long counted() {
    return book.counted(nowMillis);
  }

  private Peer peer() {
    return new Peer("m" + ++names, WEIGHTS[random.nextInt(WEIGHTS.length)]);
  }

  private Peer any() {
    return peers.get(random.nextInt(peers.size()));
  }

  private void ask(Peer peer, int slowest, int lostOfHundred) {
    if (nowMillis < peer.frozenUntilMillis) {
      return;
    }
    LeaseHolder.Request request = peer.holder.next(nowMillis);
    if (request != null) {
      send(peer, slowest, lostOfHundred, () -> arrived(peer, request, slowest, lostOfHundred));
    }
  }

  private void arrived(Peer peer, LeaseHolder.Request request, int slowest, int lostOfHundred) {
    switch (request) {
      case LeaseHolder.Request.Lease lease -> {
        Grant grant =
            book.lease(peer.owner, lease.seq(), lease.wants(), lease.has(), peer.weight, nowMillis);
        send(
            peer, slowest, lostOfHundred, () -> peer.holder.granted(lease.seq(), grant, nowMillis));
      }
      case LeaseHolder.Request.GiveBack back -> {
        book.giveBack(peer.owner, back.seq(), back.has(), nowMillis);
        send(peer, slowest, lostOfHundred, () -> peer.holder.acknowledged(back.seq()));
      }
    }
  }

  /** A tenth of what is slow is very slow: it arrives when its sender has long given it up. */
  private void send(Peer peer, int slowest, int lostOfHundred, Runnable arrives) {
    if (random.nextInt(100) >= lostOfHundred) {
      boolean late = slowest > 1 && random.nextInt(10) == 0;
      long atMillis = nowMillis + random.nextInt((late ? 200 : 1) * slowest);
      network.add(new Message(peer, atMillis, arrives));
    }
  }

  /** What is due arrives in any order. */
  private void deliver() {
    for (int i = 0; i < network.size(); i++) {
      int at = random.nextInt(network.size());
      if (network.get(at).atMillis() <= nowMillis) {
        network.remove(at).arrives().run();
        return;
      }
    }
  }
}
