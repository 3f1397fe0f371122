package dev.forebay.spring;

import dev.forebay.client.Forebay;
import dev.forebay.client.ForebayBuilder;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyListener;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/**
 * Makes {@link Forebay} by the properties below {@code forebay}, and the SDK's two clients over it,
 * each unless the application has its own. {@code forebay.enabled=false} switches all of it off.
 *
 * <p>Spring AI's Bedrock Converse model takes the client beans that it finds, so it comes
 * afterwards.
 */
@AutoConfiguration(
    beforeName =
        "org.springframework.ai.model.bedrock.converse.autoconfigure.BedrockConverseProxyChatAutoConfiguration")
@ConditionalOnBooleanProperty(name = "forebay.enabled", matchIfMissing = true)
public final class ForebayAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  Forebay forebay(
      Environment environment,
      ResourceLoader resources,
      ObjectProvider<AwsRegionProvider> region,
      ObjectProvider<AwsCredentialsProvider> credentials,
      ObjectProvider<JourneyListener> listeners,
      ObjectProvider<CallTracing> tracings,
      ObjectProvider<ForebayCustomizer> customizers) {
    ForebayBuilder builder = Forebay.builder();
    new ForebaySettings(environment, resources).applyTo(builder, region);
    credentials.ifUnique(builder::credentials);
    listeners.orderedStream().forEach(builder::listener);
    tracings.orderedStream().forEach(builder::tracing);
    customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
    return builder.build();
  }

  @Bean
  @ConditionalOnMissingBean
  BedrockRuntimeClient bedrockRuntimeClient(
      Forebay forebay, ObjectProvider<BedrockRuntimeClientBuilderCustomizer> customizers) {
    return forebay.bedrockRuntime(
        builder ->
            customizers.orderedStream().forEach(customizer -> customizer.customize(builder)));
  }

  @Bean
  @ConditionalOnMissingBean
  BedrockRuntimeAsyncClient bedrockRuntimeAsyncClient(
      Forebay forebay, ObjectProvider<BedrockRuntimeAsyncClientBuilderCustomizer> customizers) {
    return forebay.bedrockRuntimeAsync(
        builder ->
            customizers.orderedStream().forEach(customizer -> customizer.customize(builder)));
  }

  @Bean
  ForebayLifecycle forebayLifecycle(Forebay forebay, Environment environment) {
    return new ForebayLifecycle(forebay, environment);
  }
}
