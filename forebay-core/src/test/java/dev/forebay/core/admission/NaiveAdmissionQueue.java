package dev.forebay.core.admission;

import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import dev.forebay.core.admission.AdmissionQueue.Ticket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link AdmissionQueue} promises, as plainly as can be: everything is found by looking at
 * all.
 */
final class NaiveAdmissionQueue {
  private final List<Ticket> waiting = new ArrayList<>();
  private final Map<String, Double> counters = new HashMap<>();
  private final Map<String, Long> activeSince = new HashMap<>();
  private long activations;

  boolean offer(Ticket ticket) {
    if (waiting.size() >= AdmissionQueue.MAX_ENTRIES
        || bytes() + ticket.bytes() > AdmissionQueue.MAX_BYTES) {
      return false;
    }
    if (!isActive(key(ticket))) {
      double least =
          waiting.stream()
              .filter(t -> t.priority() == ticket.priority())
              .mapToDouble(this::counter)
              .min()
              .orElse(0);
      counters.merge(key(ticket), least, Math::max);
      activeSince.put(key(ticket), activations++);
    }
    waiting.add(ticket);
    return true;
  }

  @Nullable Ticket head() {
    for (Priority priority : Priority.values()) {
      Ticket first =
          waiting.stream()
              .filter(t -> t.priority() == priority)
              .min(
                  Comparator.comparingDouble(this::counter)
                      .thenComparingLong(t -> activeSince.getOrDefault(key(t), 0L)))
              .orElse(null);
      if (first != null) {
        return waiting.stream().filter(t -> key(t).equals(key(first))).findFirst().orElseThrow();
      }
    }
    return null;
  }

  void served(Ticket ticket) {
    charge(ticket.priority(), ticket.tenant(), (double) ticket.tokens());
    remove(ticket);
  }

  void remove(Ticket ticket) {
    waiting.remove(ticket);
    if (waiting.stream().noneMatch(t -> t.priority() == ticket.priority())) {
      counters.keySet().removeIf(key -> key.startsWith(ticket.priority().label()));
    }
  }

  void charge(Priority priority, Tenant tenant, double tokens) {
    counters.computeIfPresent(
        priority.label() + "/" + tenant.name(), (name, old) -> old + tokens / tenant.weight());
  }

  List<Ticket> waiting() {
    return waiting;
  }

  long bytes() {
    return waiting.stream().mapToLong(Ticket::bytes).sum();
  }

  long tokens(Priority atLeast) {
    return waiting.stream()
        .filter(t -> t.priority().compareTo(atLeast) <= 0)
        .mapToLong(Ticket::tokens)
        .sum();
  }

  private boolean isActive(String key) {
    return waiting.stream().anyMatch(t -> key(t).equals(key));
  }

  private double counter(Ticket ticket) {
    return counters.getOrDefault(key(ticket), 0.0);
  }

  private static String key(Ticket ticket) {
    return ticket.priority().label() + "/" + ticket.tenant().name();
  }
}
