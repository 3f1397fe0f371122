package dev.forebay.bedrock;

import org.jspecify.annotations.Nullable;

/** An answer's HTTP headers, looked up by name whatever its case. */
@FunctionalInterface
public interface Headers {
  @Nullable String get(String name);
}
