package dev.forebay.core.event;

/** Begins to follow calls, each on its own. Thread-safe. */
@FunctionalInterface
public interface CallTracing {
  /** Follows none. */
  CallTracing NONE = CallTrace::none;

  CallTrace begin(CallOrigin origin);
}
