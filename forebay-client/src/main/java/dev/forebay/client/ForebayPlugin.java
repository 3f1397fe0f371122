package dev.forebay.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.SdkServiceClientConfiguration;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.endpoints.Endpoint;
import software.amazon.awssdk.endpoints.EndpointProvider;
import software.amazon.awssdk.http.auth.scheme.NoAuthAuthScheme;
import software.amazon.awssdk.http.auth.spi.scheme.AuthSchemeOption;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeServiceClientConfiguration;
import software.amazon.awssdk.services.bedrockruntime.endpoints.BedrockRuntimeEndpointProvider;

/**
 * What a client of the SDK must not do once Forebay is under it: sign, since each target is signed
 * for by itself; retry, since that multiplies Forebay's own attempts; and give up before Forebay
 * does. Runs when the client is built, so that it also sees what the program sets after it was
 * attached.
 *
 * @param longestDeadline of any route
 * @param credentials takes in those that clients are built with
 */
record ForebayPlugin(Duration longestDeadline, ClientCredentials credentials) implements SdkPlugin {
  private static final Logger log = LoggerFactory.getLogger(ForebayPlugin.class);

  private static final List<AuthSchemeOption> UNSIGNED =
      List.of(AuthSchemeOption.builder().schemeId(NoAuthAuthScheme.SCHEME_ID).build());

  @Override
  public void configureClient(SdkServiceClientConfiguration.Builder client) {
    ClientOverrideConfiguration before = client.overrideConfiguration();
    ClientOverrideConfiguration.Builder override =
        before == null ? ClientOverrideConfiguration.builder() : before.toBuilder();
    if (client instanceof BedrockRuntimeServiceClientConfiguration.Builder bedrock) {
      String own =
          credentials.add(
              bedrock.credentialsProvider(), bedrock.tokenProvider(), namesProfile(before));
      if (!own.equals(ClientCredentials.NONE)) {
        override.putHeader(ClientCredentials.HEADER, own);
      }
      bedrock.authSchemeProvider(call -> UNSIGNED);
      bedrock.endpointProvider(namingRegion(bedrock.endpointProvider()));
    }
    override.retryStrategy(AwsRetryStrategy.doNotRetry());
    if (before != null && before.apiCallTimeout().filter(this::isShort).isPresent()) {
      explain(before.apiCallTimeout().get(), "");
      override.apiCallTimeout(null);
    }
    if (before != null && before.apiCallAttemptTimeout().filter(this::isShort).isPresent()) {
      explain(before.apiCallAttemptTimeout().get(), "Attempt");
      override.apiCallAttemptTimeout(null);
    }
    client.overrideConfiguration(override.build());
  }

  /** The SDK fills in the usual one. */
  private static boolean namesProfile(@Nullable ClientOverrideConfiguration set) {
    String usual = ProfileFileSystemSetting.AWS_PROFILE.getStringValueOrThrow();
    return set != null && !set.defaultProfileName().orElse(usual).equals(usual);
  }

  /**
   * The name of a private endpoint does not say for which region its requests are signed, so that
   * it is sent beside it.
   *
   * @param before what the program has set; null if nothing
   */
  private static BedrockRuntimeEndpointProvider namingRegion(@Nullable EndpointProvider before) {
    BedrockRuntimeEndpointProvider own =
        before instanceof BedrockRuntimeEndpointProvider set
            ? set
            : BedrockRuntimeEndpointProvider.defaultProvider();
    return asked -> {
      CompletableFuture<Endpoint> found = own.resolveEndpoint(asked);
      Region region = asked.region();
      boolean mayBePrivate = before != null || asked.endpoint() != null;
      return region != null && mayBePrivate
          ? found.thenApply(
              endpoint ->
                  endpoint.toBuilder().putHeader(ClientEndpoint.REGION_HEADER, region.id()).build())
          : found;
    };
  }

  private boolean isShort(Duration timeout) {
    return timeout.compareTo(longestDeadline) < 0;
  }

  private void explain(Duration timeout, String which) {
    log.warn(
        "The client's apiCall{}Timeout of {} is shorter than the longest deadline of a route ({}) and is"
            + " not used. Set the route's deadline, or a call's own by Forebay.request().deadline(...)",
        which,
        timeout,
        longestDeadline);
  }
}
