package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.engine.ResponseSink;
import java.io.ByteArrayInputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithBidirectionalStreamInput;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithBidirectionalStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamResponseHandler;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/**
 * Every operation of both of the SDK's clients, present and future: nothing that takes a request
 * gets past Forebay.
 */
class EveryOperationTest {
  private static final byte[] SEEN = "{\"message\":\"seen\"}".getBytes(StandardCharsets.UTF_8);

  private static final Relay relay = new Relay(URI.create("http://127.0.0.1:1"));
  private static final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

  /** Refuses all, and remembers their paths. */
  private static final CallStarter starter =
      new CallStarter() {
        @Override
        public void start(
            IncomingCall call, CallLoop loop, ResponseSink sink, CallerSide callerSide) {
          seen.add(call.method() + " " + call.rawPath());
          ModelCalls.refuse(sink, new ErrorInfo(400, "ValidationException", "seen"));
        }

        @Override
        public CallTimers timers() {
          return relay.timers();
        }

        @Override
        public HttpClients clients() {
          return relay.clients();
        }

        @Override
        public RandomGenerator random() {
          return relay.random();
        }

        @Override
        public Executor events() {
          return relay.events();
        }

        @Override
        public Interrupts interrupts() {
          return relay.interrupts();
        }
      };

  private static final BedrockRuntimeClient blocking =
      BedrockRuntimeClient.builder()
          .region(Region.US_EAST_1)
          .httpClient(new ForebayHttpClient(starter))
          .addPlugin(
              new ForebayPlugin(
                  Duration.ofSeconds(60), new ClientCredentials(ClientCredentials.Use.BY_NONE)))
          .build();
  private static final BedrockRuntimeAsyncClient async =
      BedrockRuntimeAsyncClient.builder()
          .region(Region.US_EAST_1)
          .httpClient(new ForebayAsyncHttpClient(starter))
          .addPlugin(
              new ForebayPlugin(
                  Duration.ofSeconds(60), new ClientCredentials(ClientCredentials.Use.BY_NONE)))
          .build();

  /** The requests that came out of the whole library, by the program's own HTTP clients. */
  private static final ConcurrentLinkedQueue<String> cameOut = new ConcurrentLinkedQueue<>();

  private static final AtomicInteger journeys = new AtomicInteger();
  private static final Forebay library =
      Forebay.builder()
          .region(Region.US_EAST_1)
          .credentials("anonymous")
          .httpClient(new Refusing())
          .asyncHttpClient(new RefusingAsync())
          .listener(
              (journey, event) -> {
                if (event instanceof JourneyEvent.Refused) {
                  journeys.incrementAndGet();
                }
              })
          .build();
  private static final BedrockRuntimeClient libraryBlocking =
      library.bedrockRuntime(builder -> builder.region(Region.US_EAST_1));
  private static final BedrockRuntimeAsyncClient libraryAsync =
      library.bedrockRuntimeAsync(builder -> builder.region(Region.US_EAST_1));

  @AfterAll
  static void close() {
    libraryBlocking.close();
    libraryAsync.close();
    library.close();
    blocking.close();
    async.close();
    relay.close();
  }

  static Stream<Method> operations() {
    return Stream.of(BedrockRuntimeClient.class, BedrockRuntimeAsyncClient.class)
        .flatMap(client -> Arrays.stream(client.getMethods()))
        .filter(
            method ->
                Arrays.stream(method.getParameterTypes())
                    .anyMatch(BedrockRuntimeRequest.class::isAssignableFrom))
        .sorted(Comparator.comparing(Method::toString));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void goesThroughForebay(Method operation) throws ReflectiveOperationException {
    seen.clear();
    Object client =
        operation.getDeclaringClass().equals(BedrockRuntimeClient.class) ? blocking : async;
    @Nullable Object result = null;
    try {
      result = operation.invoke(client, arguments(operation));
    } catch (InvocationTargetException refused) {
      assertThat(refused.getCause()).hasMessageContaining("seen");
    }
    drain(result, "seen");
    assertThat(seen).as(operation.getName()).hasSizeGreaterThanOrEqualTo(1);
  }

  /** One journey each, whether the engine reads the call or passes it through. */
  @ParameterizedTest
  @MethodSource("operations")
  void isOneJourneyOfTheWholeLibrary(Method operation) throws ReflectiveOperationException {
    cameOut.clear();
    journeys.set(0);
    Object client =
        operation.getDeclaringClass().equals(BedrockRuntimeClient.class)
            ? libraryBlocking
            : libraryAsync;
    @Nullable Object result = null;
    // The one operation that HTTP/1.1 and a whole request do not carry: Forebay refuses it.
    boolean isException = operation.getName().equals("invokeModelWithBidirectionalStream");
    String message = isException ? "does not carry InvokeModelWithBidirectionalStream" : "seen";
    try {
      result = operation.invoke(client, arguments(operation));
    } catch (InvocationTargetException refused) {
      assertThat(refused.getCause()).hasMessageContaining(message);
    }
    drain(result, message);
    assertThat(cameOut).as(operation.getName()).hasSize(isException ? 0 : 1);
    assertThat(journeys).as(operation.getName()).hasValue(isException ? 0 : 1);
    assertThat(library.callsUnderWay()).isZero();
  }

  /** So that no operation is left out above because its methods look different. */
  @Test
  void everyMethodOfTheClientsIsAnOperationOrKnownToBeNone() {
    Set<String> none =
        Set.of(
            "close",
            "serviceName",
            "serviceClientConfiguration",
            "serviceMetadata",
            "builder",
            "create");
    Set<String> operations = new TreeSet<>(operations().map(Method::getName).toList());
    assertThat(
            Stream.of(BedrockRuntimeClient.class, BedrockRuntimeAsyncClient.class)
                .flatMap(client -> Arrays.stream(client.getMethods()))
                .map(Method::getName)
                .filter(name -> !none.contains(name))
                .distinct())
        .isSubsetOf(operations)
        .doesNotContain("waiter");
  }

  @Test
  void theSdkHasNoWaitersForBedrockRuntime() {
    assertThatThrownBy(
            () ->
                Class.forName(
                    "software.amazon.awssdk.services.bedrockruntime.waiters.BedrockRuntimeWaiter"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void thereAreOperations() {
    Set<String> names = new TreeSet<>(operations().map(Method::getName).distinct().toList());
    assertThat(names)
        .contains(
            "applyGuardrail",
            "converse",
            "converseStream",
            "countTokens",
            "getAsyncInvoke",
            "invokeModel",
            "invokeModelWithBidirectionalStream",
            "invokeModelWithResponseStream",
            "listAsyncInvokes",
            "listAsyncInvokesPaginator",
            "startAsyncInvoke");
  }

  /** Futures, pages and publishers do nothing before their results are asked for. */
  private static void drain(@Nullable Object result, String message) {
    switch (result) {
      case null -> {}
      case CompletableFuture<?> future -> {
        try {
          future.join();
        } catch (CompletionException e) {
          assertThat(e.getCause()).hasMessageContaining(message);
        }
      }
      case Iterable<?> pages -> {
        try {
          pages.iterator().next();
        } catch (SdkException e) {
          assertThat(e).hasMessageContaining(message);
        }
      }
      case Publisher<?> pages -> {
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        pages.subscribe(new Ending<>(end));
        assertThat(end.join()).hasMessageContaining(message);
      }
      default -> {}
    }
  }

  private static Object[] arguments(Method operation) throws ReflectiveOperationException {
    List<Object> arguments = new ArrayList<>();
    for (Parameter parameter : operation.getParameters()) {
      arguments.add(argument(parameter.getType()));
    }
    return arguments.toArray();
  }

  private static Object argument(Class<?> type) throws ReflectiveOperationException {
    if (BedrockRuntimeRequest.class.isAssignableFrom(type)) {
      return request(type);
    }
    if (type.equals(ConverseStreamResponseHandler.class)) {
      return ConverseStreamResponseHandler.builder().subscriber(event -> {}).build();
    }
    if (type.equals(InvokeModelWithResponseStreamResponseHandler.class)) {
      return InvokeModelWithResponseStreamResponseHandler.builder().subscriber(event -> {}).build();
    }
    if (type.equals(InvokeModelWithBidirectionalStreamResponseHandler.class)) {
      return InvokeModelWithBidirectionalStreamResponseHandler.builder()
          .subscriber(event -> {})
          .build();
    }
    if (type.equals(Publisher.class)) {
      return SdkPublisher.fromIterable(List.<InvokeModelWithBidirectionalStreamInput>of());
    }
    throw new AssertionError("an argument of a kind that is not known: " + type);
  }

  /** With whatever its path needs, a model and a body. */
  private static Object request(Class<?> type) throws ReflectiveOperationException {
    Object builder = type.getMethod("builder").invoke(null);
    for (SdkField<?> field : ((SdkPojo) builder).sdkFields()) {
      boolean isNeeded =
          field.location() == MarshallLocation.PATH || field.memberName().equals("modelId");
      if (isNeeded && field.marshallingType().equals(MarshallingType.STRING)) {
        field.set(builder, "x");
      } else if (field.marshallingType().equals(MarshallingType.SDK_BYTES)) {
        field.set(builder, SdkBytes.fromUtf8String("{}"));
      }
    }
    return ((SdkBuilder<?, ?>) builder).build();
  }

  private static SdkHttpResponse refusal() {
    return SdkHttpResponse.builder()
        .statusCode(400)
        .putHeader("Content-Type", "application/json")
        .putHeader("Content-Length", Integer.toString(SEEN.length))
        .putHeader("x-amzn-ErrorType", "ValidationException")
        .build();
  }

  private record Refusing() implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          cameOut.add(request.httpRequest().encodedPath());
          return HttpExecuteResponse.builder()
              .response(refusal())
              .responseBody(AbortableInputStream.create(new ByteArrayInputStream(SEEN)))
              .build();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }

  private record RefusingAsync() implements SdkAsyncHttpClient {
    @Override
    public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
      cameOut.add(request.request().encodedPath());
      request.responseHandler().onHeaders(refusal());
      request.responseHandler().onStream(SdkPublisher.fromIterable(List.of(ByteBuffer.wrap(SEEN))));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {}
  }

  private record Ending<T>(CompletableFuture<Throwable> end) implements Subscriber<T> {
    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(1);
    }

    @Override
    public void onNext(T page) {}

    @Override
    public void onError(Throwable thrown) {
      end.complete(thrown);
    }

    @Override
    public void onComplete() {
      end.complete(new AssertionError("it was answered"));
    }
  }
}
