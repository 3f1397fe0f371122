package dev.forebay.spring;

import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClientBuilder;

/**
 * A bean of this type changes how the asynchronous client of Bedrock Runtime is built, such as by
 * an interceptor or a metric publisher. Several are called in the order of {@code @Order}. Forebay
 * is put under the client afterwards, so an HTTP client, an endpoint or retries set here have no
 * effect.
 */
@FunctionalInterface
public interface BedrockRuntimeAsyncClientBuilderCustomizer {
  /** Changes the builder. */
  void customize(BedrockRuntimeAsyncClientBuilder builder);
}
