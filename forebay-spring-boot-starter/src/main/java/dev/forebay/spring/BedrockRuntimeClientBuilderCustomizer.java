package dev.forebay.spring;

import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClientBuilder;

/**
 * A bean of this type changes how the blocking client of Bedrock Runtime is built, such as by an
 * interceptor or a metric publisher. Several are called in the order of {@code @Order}. Forebay is
 * put under the client afterwards, so an HTTP client, an endpoint or retries set here have no
 * effect.
 */
@FunctionalInterface
public interface BedrockRuntimeClientBuilderCustomizer {
  /** Changes the builder. */
  void customize(BedrockRuntimeClientBuilder builder);
}
