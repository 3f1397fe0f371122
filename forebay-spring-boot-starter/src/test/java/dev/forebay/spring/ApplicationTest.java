package dev.forebay.spring;

import static dev.forebay.spring.EmulatedBedrock.FALLBACK;
import static dev.forebay.spring.EmulatedBedrock.PRIMARY;
import static dev.forebay.spring.EmulatedBedrock.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.client.Answered;
import dev.forebay.client.Forebay;
import dev.forebay.config.ConfigException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;

/** A whole application with an application.yaml, as Spring Boot starts and ends it. */
class ApplicationTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}

  /** Something whose end needs the model, as a web server's last requests do. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class LateCaller {
    final AtomicBoolean answered = new AtomicBoolean();

    @Bean
    SmartLifecycle server(BedrockRuntimeClient client) {
      return new SmartLifecycle() {
        private boolean running;

        @Override
        public void start() {
          running = true;
        }

        @Override
        public void stop() {
          running = false;
          client.converse(hello());
          answered.set(true);
        }

        @Override
        public boolean isRunning() {
          return running;
        }

        // As a web server's.
        @Override
        public int getPhase() {
          return SmartLifecycle.DEFAULT_PHASE - 2048;
        }
      };
    }
  }

  private static ConfigurableApplicationContext start(Class<?> application, String... properties) {
    List<String> arguments = new ArrayList<>();
    for (String property :
        List.of(
            "spring.config.name=with-routes",
            "spring.main.banner-mode=off",
            "bedrock.endpoint=" + bedrock.emulator().endpoint())) {
      arguments.add("--" + property);
    }
    for (String property : properties) {
      arguments.add("--" + property);
    }
    return new SpringApplicationBuilder(application)
        .web(WebApplicationType.NONE)
        .registerShutdownHook(false)
        .run(arguments.toArray(String[]::new));
  }

  @Test
  void aStormOfThrottlesOnThePrimaryIsAnsweredByTheFallback() {
    bedrock.throttle();
    try (ConfigurableApplicationContext context = start(Application.class)) {
      BedrockRuntimeClient client = context.getBean(BedrockRuntimeClient.class);
      for (int i = 0; i < 20; i++) {
        Answered answered = Answered.of(client.converse(hello()));
        assertThat(answered.answer()).isEqualTo(Answered.Answer.FALLBACK);
        assertThat(answered.model()).contains(FALLBACK);
      }
      assertThat(bedrock.emulator().stats().recent())
          .anyMatch(request -> request.model().equals(PRIMARY));
    }
  }

  @Test
  void theApplicationsRegistriesGetMetersAndObservations() {
    bedrock.throttle();
    try (ConfigurableApplicationContext context = start(Application.class)) {
      List<String> observed = new CopyOnWriteArrayList<>();
      context
          .getBean(ObservationRegistry.class)
          .observationConfig()
          .observationHandler(new Recorder(observed));
      context.getBean(BedrockRuntimeClient.class).converse(hello());
      MeterRegistry meters = context.getBean(MeterRegistry.class);
      assertThat(meters.get("forebay.request").timer().count()).isEqualTo(1);
      assertThat(meters.get("forebay.fallbacks").counter().count()).isEqualTo(1);
      assertThat(meters.get("forebay.calls").gauge().value()).isZero();
      assertThat(observed).hasSizeGreaterThanOrEqualTo(3);
    }
  }

  /** Receives each observation's end. */
  private record Recorder(List<String> ended) implements ObservationHandler<Observation.Context> {
    @Override
    public void onStop(Observation.Context context) {
      ended.add(String.valueOf(context.getName()));
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
      return true;
    }
  }

  @Test
  void aWrongKeyIsNamedWithLineAndColumnOfTheYaml() {
    assertThatThrownBy(() -> start(Application.class, "spring.config.name=with-slip"))
        .hasRootCauseInstanceOf(ConfigException.class)
        .rootCause()
        .hasMessage(
            "class path resource [with-slip.yaml] - 10:25: forebay.routes.'anthropic.claude-sonnet-4-6'"
                + ".retry: unknown key 'max-atempts'; did you mean 'maxAttempts'?");
  }

  @Test
  void aFailedStartSaysWhatIsWrongAndHowAModelIdIsWritten() {
    Throwable thrown = null;
    try {
      start(Application.class, "spring.config.name=with-slip").close();
    } catch (RuntimeException e) {
      thrown = e;
    }
    FailureAnalysis analysis = new ConfigFailureAnalyzer().analyze(thrown);
    assertThat(analysis.getDescription()).contains("did you mean 'maxAttempts'?");
    assertThat(analysis.getAction()).contains("\"[anthropic.claude-sonnet-4-6]\"");
  }

  @Test
  void theEndWaitsForCallsInProgress() {
    ConfigurableApplicationContext context = start(Application.class);
    Forebay forebay = context.getBean(Forebay.class);
    BedrockRuntimeAsyncClient client = context.getBean(BedrockRuntimeAsyncClient.class);
    bedrock.emulator().faults("[{\"slowFirstToken\":{\"factor\":1,\"delay\":\"700ms\"}}]");
    CompletableFuture<ConverseResponse> call = client.converse(hello());
    await().until(() -> forebay.callsUnderWay() == 1);
    context.close();
    // The SDK hands it on by a thread of its own.
    assertThat(call.join().output()).isNotNull();
  }

  @Test
  void theEndDoesNotWaitLongerThanSpringsTimeout() {
    ConfigurableApplicationContext context =
        start(Application.class, "spring.lifecycle.timeout-per-shutdown-phase=100ms");
    Forebay forebay = context.getBean(Forebay.class);
    bedrock.emulator().faults("[{\"hang\":{}}]");
    CompletableFuture<ConverseResponse> call =
        context.getBean(BedrockRuntimeAsyncClient.class).converse(hello());
    await().until(() -> forebay.callsUnderWay() == 1);
    context.close();
    assertThat(call).isCompletedExceptionally();
    assertThat(forebay.callsUnderWay()).isZero();
  }

  /** Spring 7 pauses contexts of tests that are not in use; Spring 6 cannot. */
  @Test
  void aPausedApplicationIsNotClosed() throws ReflectiveOperationException {
    List<Method> pause =
        Arrays.stream(ConfigurableApplicationContext.class.getMethods())
            .filter(method -> method.getName().equals("pause"))
            .toList();
    assertThat(pause).hasSize(System.getProperty("boot").equals("4") ? 1 : 0);
    try (ConfigurableApplicationContext context = start(Application.class)) {
      for (Method method : pause) {
        method.invoke(context);
      }
      assertThat(context.getBean(BedrockRuntimeClient.class).converse(hello()).output())
          .isNotNull();
    }
  }

  @Test
  void aWebServerThatStopsMayStillCall() {
    ConfigurableApplicationContext context = start(LateCaller.class);
    LateCaller caller = context.getBean(LateCaller.class);
    context.close();
    assertThat(caller.answered).isTrue();
  }
}
