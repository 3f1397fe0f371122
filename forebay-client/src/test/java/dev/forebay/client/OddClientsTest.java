package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;

/** HTTP clients of a program that break their own contract: calls still end, and hold nothing. */
@Timeout(60)
class OddClientsTest {
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final byte[] ANSWER =
      """
      {"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn",
       "usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}}
      """
          .getBytes(StandardCharsets.UTF_8);

  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  /** A blocking client by what it does. */
  private record Blocking(Callable<HttpExecuteResponse> call, Runnable abort)
      implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          try {
            return call.call();
          } catch (Exception e) {
            throw OddClientsTest.<RuntimeException>unchecked(e);
          }
        }

        @Override
        public void abort() {
          abort.run();
        }
      };
    }

    @Override
    public void close() {}
  }

  /** An asynchronous client by what it does. */
  private record Async(Function<SdkAsyncHttpResponseHandler, CompletableFuture<Void>> call)
      implements SdkAsyncHttpClient {
    @Override
    public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
      return call.apply(request.responseHandler());
    }

    @Override
    public void close() {}
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Exception> E unchecked(Exception e) throws E {
    throw (E) e;
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return null;
  }

  private static void forever() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpExecuteResponse answer(InputStream body) {
    return HttpExecuteResponse.builder()
        .response(head())
        .responseBody(AbortableInputStream.create(body))
        .build();
  }

  private static SdkHttpResponse head() {
    return SdkHttpResponse.builder()
        .statusCode(200)
        .putHeader("Content-Type", "application/json")
        .putHeader("Content-Length", Integer.toString(ANSWER.length))
        .build();
  }

  private static InputStream failing(Throwable atRead) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        if (atRead instanceof Error error) {
          throw error;
        }
        throw OddClientsTest.<RuntimeException>unchecked((Exception) atRead);
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        return read();
      }
    };
  }

  static Stream<Arguments> blockingClients() {
    Runnable nothing = () -> {};
    return Stream.of(
        Arguments.of(
            "a checked exception that is not declared",
            new Blocking(
                () -> {
                  throw new TimeoutException("odd");
                },
                nothing)),
        Arguments.of("no response", new Blocking(() -> nothing(), nothing)),
        Arguments.of(
            "no body",
            new Blocking(() -> HttpExecuteResponse.builder().response(head()).build(), nothing)),
        Arguments.of("no head", new Blocking(() -> HttpExecuteResponse.builder().build(), nothing)),
        Arguments.of(
            "an error while it reads",
            new Blocking(() -> answer(failing(new AssertionError("odd"))), nothing)),
        Arguments.of(
            "a checked exception while it reads",
            new Blocking(() -> answer(failing(new TimeoutException("odd"))), nothing)),
        Arguments.of(
            "no end",
            new Blocking(
                () -> {
                  forever();
                  return nothing();
                },
                nothing)),
        Arguments.of(
            "no end, and an abort that fails",
            new Blocking(
                () -> {
                  forever();
                  return nothing();
                },
                () -> {
                  throw new IllegalStateException("odd");
                })),
        Arguments.of(
            "nothing to read for ever",
            new Blocking(
                () ->
                    answer(
                        new InputStream() {
                          @Override
                          public int read() {
                            forever();
                            return -1;
                          }

                          @Override
                          public int read(byte[] into, int offset, int length) {
                            return read();
                          }
                        }),
                nothing)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("blockingClients")
  void aBlockingCallEnds(String what, SdkHttpClient odd) {
    try (Forebay forebay = bedrock.route().deadline(SHORT).and().httpClient(odd).build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      assertThatThrownBy(() -> client.converse(hello(MODEL)))
          .isInstanceOf(BedrockRuntimeException.class);
      assertThat(forebay.callsUnderWay()).isZero();
      assertThat(forebay.bytesHeld()).isZero();
    }
  }

  private static CompletableFuture<Void> answering(
      SdkAsyncHttpResponseHandler to, BiConsumer<Subscriber<? super ByteBuffer>, Integer> pieces) {
    to.onHeaders(head());
    to.onStream(subscriber -> subscriber.onSubscribe(subscription(subscriber, pieces, () -> {})));
    return CompletableFuture.completedFuture(null);
  }

  private static Subscription subscription(
      Subscriber<? super ByteBuffer> to,
      BiConsumer<Subscriber<? super ByteBuffer>, Integer> pieces,
      Runnable cancel) {
    return new Subscription() {
      private int requests;

      @Override
      public void request(long n) {
        pieces.accept(to, requests++);
      }

      @Override
      public void cancel() {
        cancel.run();
      }
    };
  }

  static Stream<Arguments> asyncClients() {
    return Stream.of(
        Arguments.of("no future", new Async(to -> nothing())),
        Arguments.of("no end", new Async(to -> new CompletableFuture<>())),
        Arguments.of(
            "an end without an answer", new Async(to -> CompletableFuture.completedFuture(null))),
        Arguments.of(
            "a checked exception that is not declared",
            new Async(
                to -> {
                  throw OddClientsTest.<RuntimeException>unchecked(new TimeoutException("odd"));
                })),
        Arguments.of(
            "an error",
            new Async(
                to -> {
                  throw new AssertionError("odd");
                })),
        Arguments.of(
            "a future that fails with an error",
            new Async(to -> CompletableFuture.failedFuture(new AssertionError("odd")))),
        Arguments.of(
            "a body without a head",
            new Async(
                to -> {
                  to.onStream(
                      s -> s.onSubscribe(subscription(s, (x, n) -> x.onComplete(), () -> {})));
                  return CompletableFuture.completedFuture(null);
                })),
        Arguments.of("a null piece", new Async(to -> answering(to, (s, n) -> s.onNext(nothing())))),
        Arguments.of(
            "a head and no body, and a cancel that fails",
            new Async(
                to -> {
                  to.onHeaders(head());
                  to.onStream(
                      s ->
                          s.onSubscribe(
                              subscription(
                                  s,
                                  (x, n) -> {},
                                  () -> {
                                    throw new IllegalStateException("odd");
                                  })));
                  return new CompletableFuture<>();
                })),
        Arguments.of(
            "an unreadable head",
            new Async(
                to -> {
                  to.onHeaders(SdkHttpResponse.builder().statusCode(999).build());
                  return CompletableFuture.completedFuture(null);
                })));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("asyncClients")
  void anAsyncCallEnds(String what, SdkAsyncHttpClient odd) {
    try (Forebay forebay = bedrock.route().deadline(SHORT).and().asyncHttpClient(odd).build();
        BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync()) {
      assertThatThrownBy(() -> client.converse(hello(MODEL)).join())
          .cause()
          .isInstanceOf(BedrockRuntimeException.class);
      await().until(() -> forebay.callsUnderWay() == 0);
      assertThat(forebay.bytesHeld()).isZero();
    }
  }

  @Test
  void anAnswerThatEndsTwiceIsOneAnswer() {
    SdkAsyncHttpClient twice =
        new Async(
            to -> {
              to.onHeaders(head());
              to.onHeaders(head());
              return answering(
                  to,
                  (s, n) -> {
                    if (n == 0) {
                      s.onNext(ByteBuffer.wrap(ANSWER));
                      s.onComplete();
                      s.onComplete();
                      s.onNext(ByteBuffer.wrap(ANSWER));
                      s.onError(new IOException("odd"));
                    }
                  });
            });
    try (Forebay forebay = bedrock.route().and().asyncHttpClient(twice).build();
        BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync()) {
      ConverseResponse answer = client.converse(hello(MODEL)).join();
      assertThat(answer.output().message().content().getFirst().text()).isEqualTo("Hi");
      await().until(() -> forebay.callsUnderWay() == 0);
      assertThat(forebay.bytesHeld()).isZero();
    }
  }

  @Test
  void aBlockingAnswerIsReadToItsLength() {
    SdkHttpClient plain = new Blocking(() -> answer(new ByteArrayInputStream(ANSWER)), () -> {});
    try (Forebay forebay = bedrock.route().and().httpClient(plain).build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      assertThat(client.converse(hello(MODEL)).output().message().content().getFirst().text())
          .isEqualTo("Hi");
    }
  }
}
