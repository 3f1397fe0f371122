package dev.forebay.client;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.AwsExecutionAttribute;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.SdkServiceClientConfiguration;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.scheme.NoAuthAuthScheme;
import software.amazon.awssdk.http.auth.spi.scheme.AuthSchemeOption;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeServiceClientConfiguration;

/**
 * What a client of the SDK must not do once Forebay is under it: sign, since each target is signed
 * for by itself; retry, since that multiplies Forebay's own attempts; and give up before Forebay
 * does. Runs when the client is built, so that it also sees what the program sets after it was
 * attached.
 *
 * @param longestDeadline of any route
 */
record Attachment(Duration longestDeadline) implements SdkPlugin {
  private static final Logger log = LoggerFactory.getLogger(Attachment.class);

  /** The name of a private endpoint does not say for which region its requests are signed. */
  private static final ExecutionInterceptor REGION =
      new ExecutionInterceptor() {
        @Override
        public SdkHttpRequest modifyHttpRequest(
            Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
          SdkHttpRequest request = context.httpRequest();
          Region region = attributes.getAttribute(AwsExecutionAttribute.AWS_REGION);
          return region == null || ClientEndpoint.regionIn(request.host()) != null
              ? request
              : request.copy(r -> r.putHeader(ClientEndpoint.REGION_HEADER, region.id()));
        }
      };

  @Override
  public void configureClient(SdkServiceClientConfiguration.Builder client) {
    if (client instanceof BedrockRuntimeServiceClientConfiguration.Builder bedrock) {
      bedrock.authSchemeProvider(
          call -> List.of(AuthSchemeOption.builder().schemeId(NoAuthAuthScheme.SCHEME_ID).build()));
    }
    ClientOverrideConfiguration before = client.overrideConfiguration();
    ClientOverrideConfiguration.Builder override =
        before == null ? ClientOverrideConfiguration.builder() : before.toBuilder();
    override.retryStrategy(AwsRetryStrategy.doNotRetry());
    if (before != null && before.apiCallTimeout().filter(this::isShort).isPresent()) {
      explain(before.apiCallTimeout().get(), "");
      override.apiCallTimeout(null);
    }
    if (before != null && before.apiCallAttemptTimeout().filter(this::isShort).isPresent()) {
      explain(before.apiCallAttemptTimeout().get(), "Attempt");
      override.apiCallAttemptTimeout(null);
    }
    override.addExecutionInterceptor(REGION);
    client.overrideConfiguration(override.build());
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
