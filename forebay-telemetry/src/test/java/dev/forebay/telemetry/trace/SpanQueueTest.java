package dev.forebay.telemetry.trace;

import static dev.forebay.telemetry.Story.ANONYMOUS;
import static dev.forebay.telemetry.Story.MODEL_FAULT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Step;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.telemetry.DroppedTelemetry;
import dev.forebay.core.telemetry.Places;
import dev.forebay.core.telemetry.SpanEvent;
import dev.forebay.telemetry.Story;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SpanQueueTest {
  private static final int SPANS_OF_A_FALLBACK = 3;

  /** What a kept call may consist of: nothing that leads to a journey, and so to a request. */
  private static final Set<Class<?>> LIGHT =
      Set.of(
          long.class,
          int.class,
          boolean.class,
          String.class,
          TokenUsage.class,
          Step.Source.class,
          SpanContext.class);

  private final DroppedTelemetry dropped = new DroppedTelemetry();

  @Test
  void aKeptCallHoldsNothingOfTheCallItself() {
    assertThatAllIsLight(KeptCall.class);
    for (Class<?> moment : SpanEvent.class.getPermittedSubclasses()) {
      assertThatAllIsLight(moment);
    }
  }

  private static void assertThatAllIsLight(Class<?> type) {
    assertThat(type.isRecord()).as(type.getName()).isTrue();
    for (RecordComponent component : type.getRecordComponents()) {
      Type held = component.getGenericType();
      Type each = held instanceof ParameterizedType list ? list.getActualTypeArguments()[0] : held;
      if (each == SpanEvent.class) {
        continue;
      }
      if (each == KeptCall.Try.class || each == SpanEvent.Fault.class) {
        assertThatAllIsLight((Class<?>) each);
      } else {
        assertThat(LIGHT).as(component.toString()).contains((Class<?>) each);
      }
    }
  }

  @Test
  void spansWithoutAnExporterWaitUpToALimitAndTheRestIsCountedAsLost() {
    CompletableResultCode never = new CompletableResultCode();
    HeldExporter stuck = new HeldExporter(never);
    int calls = 4 * SpanQueue.MOST_WAITING;
    JourneyTracing tracing = tracing(Map.of("stuck", stuck));
    Story story = new Story(tracing, JourneyListener.NONE);
    for (int i = 0; i < calls; i++) {
      story.call(ANONYMOUS, MODEL_FAULT);
    }

    long lost = dropped.of("stuck") / SPANS_OF_A_FALLBACK;
    assertThat(calls - lost).isBetween(4_096L, 4_096L + 512);

    never.fail();
    tracing.close();
    assertThat(dropped.of("stuck")).isEqualTo((long) calls * SPANS_OF_A_FALLBACK);
  }

  @Test
  void oneWhoTakesNothingIsNoOthersAffair() {
    HeldExporter well = new HeldExporter();
    HeldExporter broken = new HeldExporter(CompletableResultCode.ofFailure());
    try (JourneyTracing tracing = tracing(Map.of("well", well, "broken", broken))) {
      new Story(tracing, JourneyListener.NONE).call(ANONYMOUS, MODEL_FAULT);
    }

    assertThat(well.spans()).hasSize(SPANS_OF_A_FALLBACK);
    assertThat(dropped.of("well")).isZero();
    assertThat(dropped.of("broken")).isEqualTo(SPANS_OF_A_FALLBACK);
  }

  @Test
  void oneWhoThrowsCostsSpansAndNotTheThread() {
    HeldExporter well = new HeldExporter();
    var throwing =
        new HeldExporter() {
          private boolean thrown;

          @Override
          public CompletableResultCode export(Collection<SpanData> spans) {
            if (!thrown) {
              thrown = true;
              throw new NoSuchMethodError("of another library");
            }
            return well.export(spans);
          }
        };
    int calls = 400;
    try (JourneyTracing tracing = tracing(Map.of("odd", throwing))) {
      Story story = new Story(tracing, JourneyListener.NONE);
      for (int i = 0; i < calls; i++) {
        story.call(ANONYMOUS, MODEL_FAULT);
      }
    }

    assertThat(dropped.of("odd")).isPositive();
    assertThat(dropped.of("odd") + well.spans().size())
        .isEqualTo((long) calls * SPANS_OF_A_FALLBACK);
    assertThat(well.spans()).isNotEmpty();
  }

  @Test
  void whatIsUnderWayAtTheEndIsCountedBeforeCloseReturns() {
    HeldExporter stuck = new HeldExporter(new CompletableResultCode());
    JourneyTracing tracing = tracing(Map.of("stuck", stuck));
    new Story(tracing, JourneyListener.NONE).call(ANONYMOUS, MODEL_FAULT);

    tracing.close();

    assertThat(dropped.of("stuck")).isEqualTo(SPANS_OF_A_FALLBACK);
  }

  @Test
  void theThreadEndsThoughSpansWait() throws InterruptedException {
    CompletableFuture<Thread> sender = new CompletableFuture<>();
    var stuck =
        new HeldExporter() {
          @Override
          public CompletableResultCode export(Collection<SpanData> spans) {
            sender.complete(Thread.currentThread());
            return new CompletableResultCode();
          }
        };
    JourneyTracing tracing = tracing(Map.of("stuck", stuck));
    Story story = new Story(tracing, JourneyListener.NONE);
    for (int i = 0; i < SpanQueue.MOST_WAITING; i++) {
      story.call(ANONYMOUS, MODEL_FAULT);
    }
    Thread thread = sender.join();

    // In a hurry: it is not waited for until what waits is sent.
    Thread.currentThread().interrupt();
    tracing.close();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
  }

  private JourneyTracing tracing(Map<String, SpanExporter> exporters) {
    return new JourneyTracing(exporters, 0, "1", new Places(), dropped);
  }
}
