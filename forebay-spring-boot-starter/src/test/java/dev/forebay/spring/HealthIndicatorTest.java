package dev.forebay.spring;

import static dev.forebay.spring.EmulatedBedrock.MODEL;
import static dev.forebay.spring.EmulatedBedrock.hello;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.client.Forebay;
import dev.forebay.client.RouteHealth;
import dev.forebay.core.health.Breaker.Position;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;

/** What Actuator says, in the Boot that the test runs on. */
class HealthIndicatorTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private static final String NAME = "forebayHealthIndicator";

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  ForebayAutoConfiguration.class,
                  Boot3HealthAutoConfiguration.class,
                  Boot4HealthAutoConfiguration.class));

  /** Status and details, of whichever generation. */
  private record Said(String status, Map<String, Object> details) {
    static Said of(ApplicationContext context) {
      return System.getProperty("boot").equals("4") ? Boot4.of(context) : Boot3.of(context);
    }
  }

  /** A class of its own, since its types are not there with Boot 4. */
  private static final class Boot3 {
    static Said of(ApplicationContext context) {
      org.springframework.boot.actuate.health.Health health =
          context
              .getBean(NAME, org.springframework.boot.actuate.health.HealthIndicator.class)
              .health();
      return new Said(health.getStatus().getCode(), health.getDetails());
    }
  }

  /** A class of its own, since its types are not there with Boot 3. */
  private static final class Boot4 {
    static Said of(ApplicationContext context) {
      org.springframework.boot.health.contributor.Health health =
          Objects.requireNonNull(
              context
                  .getBean(NAME, org.springframework.boot.health.contributor.HealthIndicator.class)
                  .health());
      return new Said(health.getStatus().getCode(), health.getDetails());
    }
  }

  /** Until the health has changed. */
  private static void callUntil(RouteHealth.Status status, ApplicationContext context) {
    Forebay forebay = context.getBean(Forebay.class);
    for (int i = 0; i < 50 && forebay.health().getFirst().status() != status; i++) {
      try {
        context.getBean(BedrockRuntimeClient.class).converse(hello());
      } catch (BedrockRuntimeException e) {
        // Failures are what opens circuits.
      }
    }
  }

  private static Map<String, Object> routes(
      RouteHealth.Status status, Position primary, Position fallback) {
    return Map.of(
        "routes",
        Map.of(
            MODEL,
            Map.of(
                "status",
                status,
                "targets",
                Map.of("sonnet-use1", primary, "haiku-usw2", fallback))));
  }

  @Test
  void itIsUpWhileAFallbackAnswersAndDownWhenNoTargetDoes() {
    application
        .withPropertyValues(bedrock.properties("forebay.routes[" + MODEL + "].deadline=1s"))
        .run(
            context -> {
              assertThat(Said.of(context))
                  .isEqualTo(
                      new Said(
                          "UP", routes(RouteHealth.Status.UP, Position.CLOSED, Position.CLOSED)));

              bedrock
                  .emulator()
                  .faults("[{\"model\":\"" + EmulatedBedrock.PRIMARY + "\",\"unavailable\":{}}]");
              callUntil(RouteHealth.Status.DEGRADED, context);
              assertThat(Said.of(context))
                  .isEqualTo(
                      new Said(
                          "UP",
                          routes(RouteHealth.Status.DEGRADED, Position.OPEN, Position.CLOSED)));

              bedrock.emulator().faults("[{\"unavailable\":{}}]");
              callUntil(RouteHealth.Status.DOWN, context);
              assertThat(Said.of(context).status()).isEqualTo("DOWN");
            });
  }

  @Test
  void itMayBeSwitchedOff() {
    application
        .withPropertyValues("management.health.forebay.enabled=false")
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(NAME));
    application
        .withPropertyValues("management.health.defaults.enabled=false")
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(NAME));
  }
}
