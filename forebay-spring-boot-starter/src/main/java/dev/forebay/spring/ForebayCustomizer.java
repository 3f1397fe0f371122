package dev.forebay.spring;

import dev.forebay.client.ForebayBuilder;

/**
 * A bean of this type changes how {@link dev.forebay.client.Forebay} is built, after the properties
 * below {@code forebay} were applied. Several are called in the order of {@code @Order}.
 */
@FunctionalInterface
public interface ForebayCustomizer {
  /** Changes the builder, such as by a route, a listener or an HTTP client. */
  void customize(ForebayBuilder builder);
}
