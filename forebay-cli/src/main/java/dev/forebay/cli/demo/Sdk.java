package dev.forebay.cli.demo;

import dev.forebay.core.Ticker;
import dev.forebay.jobs.JobId;
import dev.forebay.simulator.CallClass;
import dev.forebay.simulator.PlannedCall;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.InferenceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** The official client, as an application has it, but without retries of its own. */
// The reply itself is handed on; what hangs on it is only its cancellation.
@SuppressWarnings("FutureReturnValueIgnored")
final class Sdk implements AutoCloseable {
  private static final int MAX_CONCURRENCY = 20_000;

  private final BedrockRuntimeAsyncClient client;
  private final Ticker clock;

  /**
   * A client of its own connections.
   *
   * @param silence how long a connection may be silent before an answer: longer than any deadline
   * @param clock what replies are timed by
   */
  Sdk(URI endpoint, SdkEventLoopGroup loops, Duration silence, Ticker clock) {
    this.clock = clock;
    this.client =
        BedrockRuntimeAsyncClient.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDDEMO", "demo")))
            .httpClientBuilder(
                NettyNioAsyncHttpClient.builder()
                    .eventLoopGroup(loops)
                    .maxConcurrency(MAX_CONCURRENCY)
                    .maxPendingConnectionAcquires(MAX_CONCURRENCY)
                    // A machine that is busy for seconds is no broken connection.
                    .http2Configuration(c -> c.healthCheckPingPeriod(Duration.ZERO))
                    .readTimeout(silence)
                    .connectionAcquisitionTimeout(silence))
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .asyncConfiguration(
                o ->
                    o.advancedOption(
                        SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
            .build();
  }

  /** A request that can be given up: cancel it. It never completes exceptionally by itself. */
  CompletableFuture<CallResult> send(
      PlannedCall call, CallClass kind, String model, Map<String, String> headers) {
    AwsRequestOverrideConfiguration.Builder override = AwsRequestOverrideConfiguration.builder();
    override.putHeader("x-emulator-output-tokens", Integer.toString(call.outputTokens()));
    headers.forEach(override::putHeader);
    Message message =
        Message.builder()
            .role(ConversationRole.USER)
            .content(ContentBlock.fromText(Prompts.of(call)))
            .build();
    InferenceConfiguration limits =
        InferenceConfiguration.builder().maxTokens(call.maxTokens()).build();
    return kind.streaming()
        ? stream(
            ConverseStreamRequest.builder()
                .modelId(model)
                .messages(message)
                .inferenceConfig(limits)
                .overrideConfiguration(override.build())
                .build())
        : whole(
            ConverseRequest.builder()
                .modelId(model)
                .messages(message)
                .inferenceConfig(limits)
                .overrideConfiguration(override.build())
                .build());
  }

  private CompletableFuture<CallResult> whole(ConverseRequest request) {
    CompletableFuture<? extends SdkResponse> sent = client.converse(request);
    return replied(
        sent,
        sent.handle(
            (response, failure) -> {
              long now = clock.nanos();
              return failure == null
                  ? answer(response.sdkHttpResponse(), now, now)
                  : error(failure, 0, now);
            }));
  }

  private CompletableFuture<CallResult> stream(ConverseStreamRequest request) {
    Arrival arrival = new Arrival();
    ConverseStreamResponseHandler handler =
        ConverseStreamResponseHandler.builder()
            .onResponse(response -> arrival.head = response.sdkHttpResponse())
            .subscriber(
                ConverseStreamResponseHandler.Visitor.builder()
                    .onContentBlockDelta(
                        delta -> {
                          if (arrival.contentNanos < 0) {
                            arrival.contentNanos = clock.nanos();
                          }
                        })
                    .build())
            .build();
    CompletableFuture<Void> sent = client.converseStream(request, handler);
    return replied(
        sent,
        sent.handle(
            (done, failure) -> {
              long now = clock.nanos();
              return failure == null
                  ? answer(arrival.head, Math.max(0, arrival.contentNanos), now)
                  : error(failure, Math.max(0, arrival.contentNanos), now);
            }));
  }

  /** The reply, whose cancellation cancels the request. */
  private static CompletableFuture<CallResult> replied(
      CompletableFuture<?> sent, CompletableFuture<CallResult> reply) {
    reply.whenComplete(
        (done, failure) -> {
          if (reply.isCancelled()) {
            sent.cancel(true);
          }
        });
    return reply;
  }

  private static CallResult answer(@Nullable SdkHttpResponse head, long contentNanos, long now) {
    int status = head == null ? 200 : head.statusCode();
    Optional<JobId> job =
        status == 202
            ? header(head, "Location").map(at -> JobId.parse(at.substring("/jobs/".length())))
            : Optional.empty();
    return new CallResult(
        status, contentNanos, now, header(head, "x-forebay-target"), attempts(head), job);
  }

  private static CallResult error(Throwable failure, long contentNanos, long now) {
    Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    if (cause instanceof AwsServiceException refused) {
      SdkHttpResponse head =
          refused.awsErrorDetails() == null ? null : refused.awsErrorDetails().sdkHttpResponse();
      return new CallResult(
          refused.statusCode(),
          contentNanos,
          now,
          Optional.empty(),
          attempts(head),
          Optional.empty());
    }
    return new CallResult(
        0, contentNanos, now, Optional.empty(), OptionalInt.empty(), Optional.empty());
  }

  private static OptionalInt attempts(@Nullable SdkHttpResponse head) {
    return header(head, "x-forebay-attempts")
        .map(count -> OptionalInt.of(Integer.parseInt(count)))
        .orElse(OptionalInt.empty());
  }

  private static Optional<String> header(@Nullable SdkHttpResponse head, String name) {
    return head == null ? Optional.empty() : head.firstMatchingHeader(name);
  }

  @Override
  public void close() {
    client.close();
  }

  /** What a stream has brought so far; written and read by one event loop. */
  private static final class Arrival {
    private @Nullable SdkHttpResponse head;
    private long contentNanos = -1;
  }
}
