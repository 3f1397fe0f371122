package dev.forebay.spring;

import static dev.forebay.spring.EmulatedBedrock.FALLBACK;
import static dev.forebay.spring.EmulatedBedrock.MODEL;
import static dev.forebay.spring.EmulatedBedrock.PRIMARY;
import static dev.forebay.spring.EmulatedBedrock.hello;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.client.Answered;
import dev.forebay.client.Forebay;
import dev.forebay.client.RouteHealth;
import dev.forebay.core.event.JourneyListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;

/** The beans of an application. */
class ForebayAutoConfigurationTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ForebayAutoConfiguration.class));

  @Test
  void theBootIsTheOneThatIsToBeTested() {
    assertThat(SpringBootVersion.getVersion()).startsWith(System.getProperty("boot") + ".");
  }

  @Test
  void withoutPropertiesEachModelIsARouteInTheRegionOfTheEnvironment() {
    application.run(
        context -> {
          assertThat(context).hasNotFailed();
          assertThat(context.getBean(Forebay.class).health()).isEmpty();
          assertThat(
                  context.getBean(BedrockRuntimeClient.class).serviceClientConfiguration().region())
              .isEqualTo(Region.US_EAST_1);
          assertThat(context).hasSingleBean(BedrockRuntimeAsyncClient.class);
        });
  }

  @Test
  void withoutPropertiesTheRegionIsThatOfTheApplicationsProvider() {
    application
        .withBean(AwsRegionProvider.class, () -> () -> Region.EU_WEST_1)
        .run(
            context ->
                assertThat(
                        context
                            .getBean(BedrockRuntimeClient.class)
                            .serviceClientConfiguration()
                            .region())
                    .isEqualTo(Region.EU_WEST_1));
  }

  @Test
  void theApplicationsCredentialsSignForTargetsThatNameNone() {
    application
        .withBean(
            AwsCredentialsProvider.class,
            () ->
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDBEAN", "secret")))
        .withPropertyValues(
            "forebay.targets.own.region=us-east-1",
            "forebay.targets.own.model=" + PRIMARY,
            "forebay.targets.own.endpoint=" + bedrock.emulator().endpoint(),
            "forebay.routes[" + MODEL + "].tiers[0][0]=own")
        .run(
            context -> {
              context.getBean(BedrockRuntimeClient.class).converse(hello());
              assertThat(bedrock.emulator().stats().recent().getLast().accessKeyId())
                  .isEqualTo("AKIDBEAN");
            });
  }

  @Test
  void thePropertiesAreTheFilesKeys() {
    application
        .withPropertyValues(bedrock.properties())
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              RouteHealth route = context.getBean(Forebay.class).health().getFirst();
              assertThat(route.route()).isEqualTo(MODEL);
              assertThat(route.targets())
                  .extracting(RouteHealth.TargetHealth::name)
                  .containsExactly("sonnet-use1", "haiku-usw2");

              bedrock.throttle();
              Answered answered =
                  Answered.of(context.getBean(BedrockRuntimeClient.class).converse(hello()));
              assertThat(answered.answer()).isEqualTo(Answered.Answer.FALLBACK);
              assertThat(answered.model()).contains(FALLBACK);
              assertThat(bedrock.emulator().stats().recent())
                  .anyMatch(request -> request.model().equals(PRIMARY));
            });
  }

  @Test
  void theAsynchronousClientToo() {
    application
        .withPropertyValues(bedrock.properties())
        .run(
            context -> {
              bedrock.throttle();
              assertThat(
                      Answered.of(
                              context
                                  .getBean(BedrockRuntimeAsyncClient.class)
                                  .converse(hello())
                                  .join())
                          .answer())
                  .isEqualTo(Answered.Answer.FALLBACK);
            });
  }

  @Test
  void ownBeansGoBefore() {
    BedrockRuntimeClient mine = BedrockRuntimeClient.create();
    application
        .withBean("mine", BedrockRuntimeClient.class, () -> mine)
        .run(
            context -> {
              assertThat(context.getBean(BedrockRuntimeClient.class)).isSameAs(mine);
              assertThat(context).hasSingleBean(BedrockRuntimeAsyncClient.class);
            });
    Forebay own = Forebay.create();
    application
        .withBean("own", Forebay.class, () -> own)
        .run(context -> assertThat(context.getBean(Forebay.class)).isSameAs(own));
  }

  @Test
  void nothingIsThereIfItIsSwitchedOff() {
    application
        .withPropertyValues("forebay.enabled=false")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context).doesNotHaveBean(Forebay.class);
              assertThat(context).doesNotHaveBean(BedrockRuntimeClient.class);
            });
  }

  @Test
  void callsBeyondTheLimitAreRefused() {
    application
        .withPropertyValues(bedrock.properties("forebay.max-concurrent-calls=1"))
        .run(
            context -> {
              bedrock.emulator().faults("[{\"hang\":{}}]");
              BedrockRuntimeAsyncClient client = context.getBean(BedrockRuntimeAsyncClient.class);
              var first = client.converse(hello());
              assertThat(client.converse(hello()))
                  .failsWithin(Duration.ofSeconds(20))
                  .withThrowableThat()
                  .withCauseInstanceOf(ThrottlingException.class)
                  .withMessageContaining("maxConcurrentCalls");
              first.cancel(true);
            });
  }

  @Test
  void customizersAreCalledInTheirOrder() {
    application
        .withUserConfiguration(Customizers.class)
        .withPropertyValues(bedrock.properties())
        .run(
            context -> {
              context.getBean(BedrockRuntimeClient.class).converse(hello());
              context.getBean(BedrockRuntimeAsyncClient.class).converse(hello()).join();
              Customizers own = context.getBean(Customizers.class);
              assertThat(own.called).containsExactly("first", "second");
              assertThat(own.requests).hasValue(2);
              assertThat(own.events.get()).isPositive();
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class Customizers {
    final List<String> called = new ArrayList<>();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger events = new AtomicInteger();

    @Bean
    @Order(2)
    ForebayCustomizer second() {
      return builder -> called.add("second");
    }

    @Bean
    @Order(1)
    ForebayCustomizer first() {
      return builder -> called.add("first");
    }

    @Bean
    JourneyListener listener() {
      return (journey, event) -> events.incrementAndGet();
    }

    @Bean
    BedrockRuntimeClientBuilderCustomizer blocking() {
      return builder ->
          builder.overrideConfiguration(o -> o.addExecutionInterceptor(new Counting(requests)));
    }

    @Bean
    BedrockRuntimeAsyncClientBuilderCustomizer asynchronous() {
      return builder ->
          builder.overrideConfiguration(o -> o.addExecutionInterceptor(new Counting(requests)));
    }
  }

  /** Counts calls of a client. */
  private record Counting(AtomicInteger requests) implements ExecutionInterceptor {
    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
      requests.incrementAndGet();
    }
  }
}
