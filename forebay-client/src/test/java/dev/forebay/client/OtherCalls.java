package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.says;

import dev.forebay.core.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ApplyGuardrailRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailContentBlock;

/**
 * Calls by other doors than the SDK's clients of models, each of which may be left by its caller.
 *
 * @param ways is given how each ended
 * @param took is given when each began, at its end
 */
record OtherCalls(Forebay forebay, Consumer<String> ways, LongConsumer took) {
  private static final CallOptions OPTIONS = Forebay.request().deadline(MixedCallsTest.DEADLINE);

  /** A thread reads a stream by the HTTP client alone, and may close it before its end. */
  Future<?> read(
      ExecutorService on,
      ScheduledExecutorService later,
      boolean isInterrupted,
      int after,
      Runnable end) {
    Future<?> running =
        on.submit(
            () -> {
              long began = Ticker.system().nanos();
              boolean begun = false;
              try {
                HttpExecuteResponse response =
                    forebay.httpClient().prepareRequest(streamRequest()).call();
                begun = true;
                took.accept(began);
                try (InputStream in = response.responseBody().orElseThrow()) {
                  int read = in.read(new byte[64]);
                  if (after % 3 == 0) {
                    ways.accept(read < 0 ? "read" : "closed early");
                  } else {
                    in.readAllBytes();
                    ways.accept("read");
                  }
                }
              } catch (IOException e) {
                ways.accept(e.getClass().getSimpleName());
              } finally {
                if (!begun) {
                  took.accept(began);
                }
                Thread.interrupted();
                end.run();
              }
            });
    if (isInterrupted) {
      ScheduledFuture<?> unused =
          later.schedule(() -> running.cancel(true), after, TimeUnit.MILLISECONDS);
    }
    return running;
  }

  private static HttpExecuteRequest streamRequest() {
    byte[] body =
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hello\"}]}]}"
            .getBytes(StandardCharsets.UTF_8);
    return HttpExecuteRequest.builder()
        .request(
            SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create("https://bedrock-runtime.us-east-1.amazonaws.com"))
                .encodedPath("/model/" + MODEL + "/converse-stream")
                .putHeader("Content-Type", "application/json")
                .putHeader("Content-Length", Integer.toString(body.length))
                .build())
        .contentStreamProvider(ContentStreamProvider.fromByteArray(body))
        .build();
  }

  private static void leave(
      Future<?> call, ScheduledExecutorService later, boolean leaves, int after) {
    if (leaves) {
      ScheduledFuture<?> unused =
          later.schedule(() -> call.cancel(true), after, TimeUnit.MILLISECONDS);
    }
  }

  private Future<?> ends(CompletableFuture<?> call, long began, Runnable end) {
    CompletableFuture<?> unused =
        call.whenComplete(
            (given, thrown) -> {
              took.accept(began);
              ways.accept(thrown == null ? "answered" : MixedCallsTest.name(thrown));
              end.run();
            });
    return call;
  }

  private Future<?> submit(
      ExecutorService on,
      ScheduledExecutorService later,
      boolean leaves,
      int after,
      Runnable end,
      Runnable call) {
    Future<?> running =
        on.submit(
            () -> {
              long began = Ticker.system().nanos();
              try {
                call.run();
                ways.accept("answered");
              } catch (RuntimeException e) {
                ways.accept(e.getClass().getSimpleName());
              } finally {
                took.accept(began);
                Thread.interrupted();
                end.run();
              }
            });
    leave(running, later, leaves, after);
    return running;
  }

  /** Work of the program's own: most of it is done, some fails, some has no end. */
  Future<?> work(ScheduledExecutorService later, boolean leaves, int after, Runnable end) {
    long began = Ticker.system().nanos();
    CompletableFuture<String> call =
        forebay.callAsync(
            MODEL,
            OPTIONS,
            target ->
                switch (after % 5) {
                  case 0 -> new CompletableFuture<>();
                  case 1 -> CompletableFuture.failedFuture(new WorkStatusException(503, "down"));
                  default -> CompletableFuture.completedFuture(target.name());
                });
    leave(call, later, leaves, after);
    return ends(call, began, end);
  }

  /** The same by threads. */
  Future<?> blockingWork(
      ExecutorService on, ScheduledExecutorService later, boolean leaves, int after, Runnable end) {
    return submit(
        on,
        later,
        leaves,
        after,
        end,
        () -> {
          try {
            forebay.call(
                MODEL,
                OPTIONS,
                target -> {
                  switch (after % 5) {
                    case 0 -> new CountDownLatch(1).await();
                    case 1 -> throw new WorkStatusException(503, "down");
                    default -> {}
                  }
                  return target.name();
                });
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static ApplyGuardrailRequest guardrail() {
    return ApplyGuardrailRequest.builder()
        .guardrailIdentifier("gr-1")
        .guardrailVersion("1")
        .source("INPUT")
        .content(GuardrailContentBlock.fromText(t -> t.text("Hello")))
        .overrideConfiguration(OPTIONS)
        .build();
  }

  Future<?> guardrail(
      BedrockRuntimeAsyncClient client,
      ScheduledExecutorService later,
      boolean leaves,
      int after,
      Runnable end) {
    long began = Ticker.system().nanos();
    CompletableFuture<?> call = client.applyGuardrail(guardrail());
    leave(call, later, leaves, after);
    return ends(call, began, end);
  }

  Future<?> blockingGuardrail(
      ExecutorService on,
      ScheduledExecutorService later,
      BedrockRuntimeClient client,
      boolean leaves,
      int after,
      Runnable end) {
    return submit(on, later, leaves, after, end, () -> client.applyGuardrail(guardrail()));
  }

  /** Calls of one key are one: some lead it and leave, others read what it brings. */
  Future<?> shared(
      BedrockRuntimeAsyncClient client,
      ScheduledExecutorService later,
      boolean leaves,
      int after,
      int key,
      Runnable end) {
    long began = Ticker.system().nanos();
    CompletableFuture<?> call =
        client.converse(
            ConverseRequest.builder()
                .modelId(MODEL)
                .messages(says("Hello"))
                .overrideConfiguration(OPTIONS.idempotencyKey("order-" + key))
                .build());
    leave(call, later, leaves, after);
    return ends(call, began, end);
  }
}
