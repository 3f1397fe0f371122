package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.client.Answered;
import dev.forebay.client.Forebay;
import dev.forebay.testkit.CallEnd;
import dev.forebay.testkit.FaultCase;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;

/**
 * The fault matrix inside a program: every fault of an upstream through the SDK's blocking and
 * asynchronous clients, unary and as a stream, with a fallback and without: 74 faults, 592 calls.
 * Each call ends as the gateway's do, by its deadline, once.
 */
@Isolated("It measures when calls end.")
class LibraryFaultMatrixTest {
  private static final FaultMatrix.Way BLOCKING = new FaultMatrix.Way("blocking", false);

  /** The SDK's blocking client has no streams: they are read by the HTTP client under it. */
  private static final FaultMatrix.Way READ = new FaultMatrix.Way("read", true);

  private static final FaultMatrix.Way FUTURE = new FaultMatrix.Way("future", false);
  private static final FaultMatrix.Way STREAM = new FaultMatrix.Way("stream", true);

  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";

  @TempDir Path folder;

  @Test
  void eachCallEndsAsItShouldByItsDeadlineOnce() throws Exception {
    List<FaultCase<FaultyUpstream.Script>> faults = Faults.ofEveryKind();
    assertThat(faults.stream().map(FaultCase::name).distinct()).hasSize(74);
    try (FaultMatrix matrix = new FaultMatrix(faults, BLOCKING, READ, FUTURE, STREAM)) {
      with(matrix, matrix::warmUp);
      with(matrix, matrix::check);
    }
  }

  private interface Run {
    void by(FaultMatrix.Caller caller) throws Exception;
  }

  /** By the file that the gateway reads too. */
  private void with(FaultMatrix matrix, Run run) throws Exception {
    Path file = folder.resolve("matrix.yaml");
    Files.writeString(file, matrix.config());
    try (Forebay forebay = Forebay.builder().config(file).listener(matrix::heard).build();
        BedrockRuntimeClient blocking = forebay.bedrockRuntime();
        BedrockRuntimeAsyncClient async = forebay.bedrockRuntimeAsync()) {
      run.by(new Program(forebay.httpClient(), blocking, async));
      assertThat(forebay.callsUnderWay()).isZero();
    }
  }

  private record Program(
      SdkHttpClient http, BedrockRuntimeClient blocking, BedrockRuntimeAsyncClient async)
      implements FaultMatrix.Caller {
    @Override
    public FaultMatrix.Got call(FaultMatrix.Cell cell) throws IOException {
      if (cell.way().equals(READ)) {
        Seen seen = read(http, cell);
        return new FaultMatrix.Got(seen.end(), seen.text());
      }
      StringBuilder text = new StringBuilder();
      CallEnd end = end(blocking, async, cell, text);
      return new FaultMatrix.Got(end, text.toString());
    }

    @Override
    public List<CallEnd> expected(FaultMatrix.Cell cell) {
      CallEnd usual = cell.way().equals(READ) ? cell.expected() : named(cell.expected());
      CallEnd byNetty = asNettyReportsIt(cell);
      return byNetty == null ? List.of(usual) : List.of(usual, byNetty);
    }
  }

  /** The SDK's exceptions of streams are named like types, those of frames like members. */
  private static CallEnd named(CallEnd expected) {
    return expected instanceof CallEnd.Break broken
        ? new CallEnd.Break(
            broken.exception().substring(0, 1).toUpperCase(Locale.ROOT)
                + broken.exception().substring(1))
        : expected;
  }

  /**
   * What the SDK's Netty client makes of some faults, where no other target answers: it connects
   * again and again as long as each connection is closed at once, takes a broken chunk for the end
   * of the body, and gives a head that is too long as one without a body.
   */
  private static @Nullable CallEnd asNettyReportsIt(FaultMatrix.Cell cell) {
    if (cell.way().equals(BLOCKING) || cell.way().equals(READ) || cell.fallback()) {
      return null;
    }
    return switch (cell.fault().name()) {
      case "reset when connected", "closed when connected" ->
          new CallEnd.Refusal(408, "ModelTimeoutException");
      case "a header of 100 kB" -> new CallEnd.Refusal(500, "InternalServerException");
      case "a chunk without a size" ->
          cell.way().streaming()
              ? new CallEnd.Refusal(424, "ModelStreamErrorException")
              : new CallEnd.Refusal(500, "InternalServerException");
      default -> null;
    };
  }

  private static CallEnd end(
      BedrockRuntimeClient blocking,
      BedrockRuntimeAsyncClient async,
      FaultMatrix.Cell cell,
      StringBuilder text) {
    try {
      if (cell.way().streaming()) {
        return stream(async, cell, text);
      }
      return answer(
          cell.way().equals(BLOCKING)
              ? blocking.converse(Calls.converse(cell.name()))
              : async.converse(Calls.converse(cell.name())).join(),
          text);
    } catch (AwsServiceException e) {
      return refusal(e);
    } catch (CompletionException e) {
      if (e.getCause() instanceof AwsServiceException refused) {
        return text.isEmpty() ? refusal(refused) : broken(refused);
      }
      throw e;
    }
  }

  private static Seen read(SdkHttpClient http, FaultMatrix.Cell cell) throws IOException {
    byte[] body = BODY.getBytes(StandardCharsets.UTF_8);
    HttpExecuteResponse response =
        http.prepareRequest(
                HttpExecuteRequest.builder()
                    .request(
                        SdkHttpRequest.builder()
                            .method(SdkHttpMethod.POST)
                            .uri(URI.create("https://bedrock-runtime.us-east-1.amazonaws.com"))
                            .encodedPath("/model/" + cell.name() + "/converse-stream")
                            .putHeader("Content-Type", "application/json")
                            .putHeader("Content-Length", Integer.toString(body.length))
                            .build())
                    .contentStreamProvider(ContentStreamProvider.fromByteArray(body))
                    .build())
            .call();
    try (InputStream in = response.responseBody().orElseThrow()) {
      return Seen.of(response.httpResponse(), in.readAllBytes());
    }
  }

  private static CallEnd answer(ConverseResponse response, StringBuilder text) {
    text.append(response.output().message().content().getFirst().text());
    return new CallEnd.Answer(by(Answered.of(response)));
  }

  private static CallEnd stream(
      BedrockRuntimeAsyncClient async, FaultMatrix.Cell cell, StringBuilder text) {
    AtomicReference<@Nullable Answered> answered = new AtomicReference<>();
    List<String> events = new ArrayList<>();
    async
        .converseStream(
            Calls.converseStream(cell.name()),
            ConverseStreamResponseHandler.builder()
                .onResponse(response -> answered.set(Answered.of(response)))
                .subscriber(
                    ConverseStreamResponseHandler.Visitor.builder()
                        .onContentBlockDelta(delta -> text.append(delta.delta().text()))
                        .onMessageStop(stop -> events.add("stop"))
                        .build())
                .build())
        .join();
    Answered by = answered.get();
    return by == null || events.isEmpty()
        ? new CallEnd.Answer("an incomplete stream without an error")
        : new CallEnd.Answer(by(by));
  }

  private static String by(Answered answered) {
    return answered.answer().name().toLowerCase(Locale.ROOT);
  }

  private static CallEnd refusal(AwsServiceException thrown) {
    return new CallEnd.Refusal(thrown.statusCode(), thrown.awsErrorDetails().errorCode());
  }

  private static CallEnd broken(AwsServiceException thrown) {
    return new CallEnd.Break(thrown.getClass().getSimpleName());
  }
}
