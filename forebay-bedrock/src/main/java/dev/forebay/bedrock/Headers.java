package dev.forebay.bedrock;

import org.jspecify.annotations.Nullable;

/** An answer's HTTP headers, looked up by name whatever its case. */
@FunctionalInterface
public interface Headers {
  /** No headers at all. */
  Headers NONE = name -> null;

  @Nullable String get(String name);
}
