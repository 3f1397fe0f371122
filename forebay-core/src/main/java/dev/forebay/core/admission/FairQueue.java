package dev.forebay.core.admission;

import dev.forebay.core.Tenant;
import dev.forebay.core.admission.AdmissionQueue.Ticket;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The waiting calls of one class: a queue per tenant, and tenants served in turn by a virtual token
 * counter.
 *
 * <pre>
 * turn      the tenant with the smallest counter; of equal ones the one that began to wait first
 * charge    counter += tokens / weight
 * lift      a tenant that begins to wait: counter = max(counter, smallest counter of those waiting)
 * </pre>
 *
 * <p>So tenants that keep waiting get tokens in proportion to their weights, and idle time earns no
 * credit (Sheng et al., <a href="https://arxiv.org/abs/2401.00588">Fairness in Serving Large
 * Language Models</a>). Each class counts for itself: what a tenant was given as interactive calls
 * does not hold back its batch, and a batch that starves earns no right to interactive turns.
 *
 * <p>Counters are reset when the queue is empty, as then no tenant is behind. Until then those of
 * at most {@value #MAX_IDLE} tenants that do not wait are kept, the latest ones. Not thread-safe.
 */
final class FairQueue {
  static final int MAX_IDLE = 1_000;

  private final Map<String, Account> active = new HashMap<>();
  private final Map<String, Account> idle = new LinkedHashMap<>();
  private final TreeSet<Account> turns =
      new TreeSet<>(
          Comparator.comparingDouble((Account a) -> a.counter).thenComparingLong(a -> a.since));
  private long activations;
  private int size;
  private long bytes;
  private long tokens;

  /** One tenant: what it was given, and its waiting calls from the oldest to the newest. */
  static final class Account {
    private final String name;
    private double counter;
    private long since;
    private @Nullable Ticket oldest;
    private @Nullable Ticket newest;

    private Account(String name) {
      this.name = name;
    }
  }

  void add(Ticket ticket) {
    Account account = active.get(ticket.tenant().name());
    if (account == null) {
      account = activate(ticket.tenant().name());
    }
    ticket.account = account;
    link(ticket, account);
    size++;
    bytes += ticket.bytes();
    tokens += ticket.tokens();
  }

  /**
   * By the time when the call came: a call that has waited in another queue keeps its place in
   * time.
   */
  private static void link(Ticket ticket, Account account) {
    Ticket last = account.newest;
    Ticket next = null;
    while (last != null && last.sinceNanos() - ticket.sinceNanos() > 0) {
      next = last;
      last = last.before;
    }
    ticket.before = last;
    ticket.after = next;
    if (last == null) {
      account.oldest = ticket;
    } else {
      last.after = ticket;
    }
    if (next == null) {
      account.newest = ticket;
    } else {
      next.before = ticket;
    }
  }

  void remove(Ticket ticket) {
    Account account = ticket.account;
    if (account == null) {
      return;
    }
    Ticket before = ticket.before;
    Ticket after = ticket.after;
    if (before == null) {
      account.oldest = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      account.newest = before;
    } else {
      after.before = before;
    }
    ticket.account = null;
    ticket.before = null;
    ticket.after = null;
    size--;
    bytes -= ticket.bytes();
    tokens -= ticket.tokens();
    if (account.oldest == null) {
      deactivate(account);
    }
  }

  @Nullable Ticket head() {
    return turns.isEmpty() ? null : turns.first().oldest;
  }

  void charge(Tenant tenant, double charged) {
    if (isEmpty()) {
      return;
    }
    Account account = active.get(tenant.name());
    if (account == null) {
      account = idle.get(tenant.name());
      if (account != null) {
        account.counter += charged / tenant.weight();
      }
    } else {
      turns.remove(account);
      account.counter += charged / tenant.weight();
      turns.add(account);
    }
  }

  int size() {
    return size;
  }

  long bytes() {
    return bytes;
  }

  long tokens() {
    return tokens;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int knownTenants() {
    return active.size() + idle.size();
  }

  void forEach(Consumer<Ticket> action) {
    for (Account account : turns) {
      for (Ticket t = account.oldest; t != null; t = t.after) {
        action.accept(t);
      }
    }
  }

  private Account activate(String name) {
    Account kept = idle.remove(name);
    Account account = kept == null ? new Account(name) : kept;
    if (!turns.isEmpty()) {
      double least = turns.first().counter;
      account.counter = kept == null ? least : Math.max(account.counter, least);
    }
    account.since = activations++;
    active.put(name, account);
    turns.add(account);
    return account;
  }

  private void deactivate(Account account) {
    turns.remove(account);
    active.remove(account.name);
    if (turns.isEmpty()) {
      idle.clear();
      return;
    }
    idle.put(account.name, account);
    if (idle.size() > MAX_IDLE) {
      idle.remove(idle.keySet().iterator().next());
    }
  }
}
