package dev.forebay.spring;

import static dev.forebay.spring.EmulatedBedrock.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.client.Forebay;
import dev.forebay.client.RouteHealth;
import dev.forebay.client.RouteHealth.TargetHealth;
import dev.forebay.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.core.env.MapPropertySource;

/** How properties become a configuration, and what is said of wrong ones. */
class PropertiesTest {
  private static final String ROUTE = "forebay.routes[" + MODEL + "]";

  private static final String[] LEAST = {
    "forebay.targets.sonnet-use1.region=us-east-1",
    "forebay.targets.sonnet-use1.model=us.anthropic.claude-sonnet-4-6",
    ROUTE + ".tiers[0][0]=sonnet-use1"
  };

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ForebayAutoConfiguration.class));

  private static List<TargetHealth> targets(Forebay forebay) {
    assertThat(forebay.health()).hasSize(1);
    return forebay.health().getFirst().targets();
  }

  private String refusal(Class<? extends RuntimeException> type, String... properties) {
    String[] said = new String[1];
    application
        .withPropertyValues(LEAST)
        .withPropertyValues(properties)
        .run(
            context -> {
              assertThat(context).hasFailed();
              assertThat(context.getStartupFailure()).hasRootCauseInstanceOf(type);
              said[0] = rootMessage(context.getStartupFailure());
            });
    return said[0];
  }

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  @Test
  void quotasAreSharedWhereAClusterIsSet() {
    application
        .withPropertyValues(LEAST)
        .withPropertyValues("forebay.cluster.url=redis://127.0.0.1:1", "forebay.cluster.members=7")
        .run(
            context ->
                assertThat(context.getBean(Forebay.class).cluster())
                    .hasValueSatisfying(cluster -> assertThat(cluster.members()).isEqualTo(7)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ".retry.max-atempts=3 | forebay.routes.'anthropic.claude-sonnet-4-6'.retry: unknown key"
            + " 'max-atempts'; did you mean 'maxAttempts'?",
        ".deadline=soon | forebay.routes.'anthropic.claude-sonnet-4-6'.deadline: 'soon'",
        ".tiers[1][0]=haiku | no target 'haiku'",
        ".retry=3 | forebay.routes.'anthropic.claude-sonnet-4-6'.retry: is a single value"
      })
  void aWrongKeyOfARouteIsRefusedWithPlaceAndRemedy(String property, String message) {
    assertThat(refusal(ConfigException.class, ROUTE + property)).contains(message);
  }

  @Test
  void eachProblemHasTheNameOfItsSource() {
    assertThat(refusal(ConfigException.class, ROUTE + ".dedline=3s"))
        .contains("from property source \"test\"");
  }

  @Test
  void aMisspeltSectionIsRefused() {
    assertThat(refusal(ConfigException.class, "forebay.rotes.x.deadline=3s"))
        .contains("forebay: unknown key 'rotes'; did you mean 'routes'?");
    assertThat(
            refusal(
                InvalidConfigurationPropertyValueException.class, "forebay.max-concurent-calls=3"))
        .contains("forebay.max-concurent-calls", "did you mean 'max-concurrent-calls'?");
  }

  @Test
  void aFileAndKeysAreRefused() {
    assertThat(
            refusal(
                InvalidConfigurationPropertyValueException.class,
                "forebay.config=classpath:f.yaml"))
        .contains("forebay.config", "forebay.targets is set too. Keep the file, or the keys");
  }

  @Test
  void aFileIsReadFromTheClassPathOrTheFileSystem(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("forebay.yaml"),
            "targets: { t: { region: us-west-2, model: us.m-v1:0 } }\nroutes: { r: { tiers: [[t]] } }\n");
    for (String location :
        List.of(file.toString(), file.toUri().toString(), "classpath:forebay-test.yaml")) {
      application
          .withPropertyValues("forebay.config=" + location)
          .run(
              context ->
                  assertThat(targets(context.getBean(Forebay.class)))
                      .extracting(TargetHealth::region)
                      .containsExactly("us-west-2"));
    }
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    application
        .withPropertyValues("forebay.config=classpath:none.yaml")
        .run(
            context ->
                assertThat(rootMessage(context.getStartupFailure()))
                    .contains("forebay.config", "none.yaml"));
    application
        .withPropertyValues("forebay.config=none.yaml")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .hasRootCauseInstanceOf(ConfigException.class)
                    .rootCause()
                    .hasMessageContaining("none.yaml: there is no such file"));
  }

  @Test
  void variablesOfTheEnvironmentOverrideAndOthersAreNoKeys() {
    application
        .withPropertyValues(LEAST)
        .withInitializer(
            context ->
                TestPropertyValues.of(
                        "FOREBAY_TARGETS_SONNETUSE1_REGION=eu-west-1",
                        "FOREBAY_SERVICE_HOST=10.0.0.1",
                        "FOREBAY_PORT=tcp://10.0.0.1:8480",
                        "FOREBAY_SERVER_PORT=tcp://10.0.0.1:80",
                        "FOREBAY_KEY=secret")
                    .applyTo(context.getEnvironment(), TestPropertyValues.Type.SYSTEM_ENVIRONMENT))
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(targets(context.getBean(Forebay.class)))
                  .extracting(TargetHealth::region)
                  .containsExactly("eu-west-1");
            });
  }

  @Test
  void aVariableThatNamesAnUnknownTargetIsNamedInTheRefusal() {
    withVariables(
            "FOREBAY_TARGETS_SONNETUSE1_REGION=eu-west-1", "FOREBAY_ROUTES_CHAT_TIERS_0_0=typo")
        .run(
            context ->
                assertThat(rootMessage(context.getStartupFailure()))
                    .contains("\"FOREBAY_ROUTES_CHAT_TIERS_0_0\" from property source")
                    .contains("no target 'typo'"));
  }

  @Test
  void aVariableOverridesAKeyWhoseNameHasHyphensAndAWholeList() {
    withVariables(
            "FOREBAY_TARGETS_SONNETUSE1_REGION=eu-west-1",
            "FOREBAY_ROUTES_CHAT_FALLBACKON=refusal,empty")
        .run(
            context ->
                assertThat(targets(context.getBean(Forebay.class)))
                    .extracting(TargetHealth::name, TargetHealth::region)
                    .containsExactly(Assertions.tuple("sonnet-use1", "eu-west-1")));
    withVariables("FOREBAY_ROUTES_CHAT_FALLBACKON=refusal,nothing")
        .run(
            context ->
                assertThat(rootMessage(context.getStartupFailure()))
                    .contains("forebay.routes.chat.fallbackOn[1]: unknown value 'nothing'"));
  }

  /** An application whose own properties have a route, below the environment. */
  private ApplicationContextRunner withVariables(String... variables) {
    return application.withInitializer(
        context -> {
          TestPropertyValues.of(variables)
              .applyTo(context.getEnvironment(), TestPropertyValues.Type.SYSTEM_ENVIRONMENT);
          context
              .getEnvironment()
              .getPropertySources()
              .addLast(
                  new MapPropertySource(
                      "low",
                      Map.of(
                          "forebay.targets.sonnet-use1.region",
                          "us-east-1",
                          "forebay.targets.sonnet-use1.model",
                          "us.m-v1:0",
                          "forebay.routes.chat.tiers[0][0]",
                          "sonnet-use1",
                          "forebay.routes.chat.fallback-on[0]",
                          "malformed")));
        });
  }

  @Test
  void aListComesWholeFromOneSource() {
    application
        .withPropertyValues(LEAST)
        .withInitializer(
            context ->
                context
                    .getEnvironment()
                    .getPropertySources()
                    .addLast(
                        new MapPropertySource(
                            "low",
                            Map.of(
                                "forebay.targets.other.region",
                                "us-west-2",
                                "forebay.targets.other.model",
                                "us.m-v1:0",
                                ROUTE + ".tiers[0][0]",
                                "other",
                                ROUTE + ".tiers[1][0]",
                                "sonnet-use1"))))
        .run(
            context ->
                assertThat(targets(context.getBean(Forebay.class)))
                    .extracting(TargetHealth::name)
                    .containsExactly("sonnet-use1"));
  }

  @Test
  void referencesAreSpringsAndASecretMayComeByOne() {
    application
        .withPropertyValues(LEAST)
        .withPropertyValues(
            "bedrock.key=s3cr3t",
            "my.region=eu-central-1",
            "forebay.targets.sonnet-use1.credentials=bearer:${bedrock.key}",
            "forebay.targets.sonnet-use1.region=${no.such:${my.region}}",
            ROUTE + ".deadline=${no.such:-7s}")
        .run(
            context ->
                assertThat(targets(context.getBean(Forebay.class)))
                    .extracting(TargetHealth::region)
                    .containsExactly("eu-central-1"));
    String written =
        refusal(
            ConfigException.class,
            "forebay.targets.sonnet-use1.credentials=bearer:${no.such:s3cr3t}");
    assertThat(written).contains("credentials").doesNotContain("s3cr3t");
    assertThat(
            refusal(
                InvalidConfigurationPropertyValueException.class, ROUTE + ".deadline=${no.such}"))
        .contains("There is no property or environment variable 'no.such'.");
  }

  @Test
  void aSecretBesideAReferenceThatFailsIsNotShown() {
    assertThat(
            refusal(
                InvalidConfigurationPropertyValueException.class,
                "forebay.targets.sonnet-use1.credentials=static:${no.such.id}:hunter2"))
        .contains("no.such.id")
        .doesNotContain("hunter2");
  }

  @Test
  void aSectionThatIsOnByBeingThereMayBeEmpty() {
    assertThat(refusal(ConfigException.class, ROUTE + ".cache=", ROUTE + ".deadline=soon"))
        .doesNotContain("cache");
  }

  @Test
  void routesKeepTheirNames() {
    application
        .withPropertyValues(LEAST)
        .withPropertyValues("forebay.routes.chat.tiers[0]=sonnet-use1")
        .run(
            context ->
                assertThat(context.getBean(Forebay.class).health())
                    .extracting(RouteHealth::route)
                    .containsExactlyInAnyOrder(MODEL, "chat"));
  }
}
