package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.config.ConfigException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.InternalServerException;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** What a program may get wrong: each says what to do. */
class BadInputTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  @TempDir Path folder;

  @Test
  void aFileWithAMistakeNamesItsPlaceAndTheNearestKey() throws IOException {
    Path file = folder.resolve("forebay.yaml");
    Files.writeString(
        file,
        """
        targets: { one: { region: us-east-1, modle: amazon.nova-lite-v1:0 } }
        routes: { chat: { tiers: [[one]] } }
        """);
    assertThatThrownBy(() -> Forebay.fromConfig(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("forebay.yaml:1:")
        .hasMessageContaining("model");
    assertThatThrownBy(() -> Forebay.fromConfig(folder.resolve("none.yaml")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no such file");
  }

  @Test
  void aSettingOfTheBuilderIsNamedWithItsKey() {
    assertThatThrownBy(() -> bedrock.route().deadline(Duration.ZERO).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Forebay.builder(): routes.")
        .hasMessageContaining("deadline");
    assertThatThrownBy(() -> Forebay.builder().route("chat").fallback("x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("primary(...)");
    assertThatThrownBy(() -> Forebay.builder().maxConcurrentCalls(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxConcurrentCalls must be positive");
    assertThatThrownBy(() -> bedrock.route().and().config(folder.resolve("x.yaml")).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("both config(...) and route(...)");
  }

  @ParameterizedTest
  @CsvSource({
    "profil:mine, unknown form of credentials",
    "static:AKIA:hunter2, secrets only by reference",
    "bearer:${NOWHERE}, NOWHERE",
  })
  void credentialsForAnyModelAreCheckedBeforeItsFirstCall(String credentials, String message) {
    assertThatThrownBy(() -> Forebay.builder().credentials(credentials).env(Map.of()).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aModelIdIsNoReferenceToTheEnvironment() {
    try (Forebay forebay =
        Forebay.builder()
            .credentials("anonymous")
            .env(Map.of("SECRET", "hunter2"))
            .route(MODEL)
            .primary("${SECRET}", Region.US_EAST_1)
            .build()) {
      assertThat(forebay.health().getFirst().targets().getFirst().model()).contains("${SECRET}");
    }
  }

  @Test
  void aSecretThatIsMissingInTheEnvironmentIsNamed() {
    assertThatThrownBy(
            () ->
                Forebay.builder()
                    .env(Map.of())
                    .credentials("bearer:${FOREBAY_NO_SUCH_KEY}")
                    .route("chat")
                    .primary("amazon.nova-lite-v1:0", Region.US_EAST_1)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("FOREBAY_NO_SUCH_KEY is not set");
  }

  @Test
  void aBedrockApiKeyIsUsedAsBySdks() {
    try (Forebay forebay =
            Forebay.builder()
                .env(Map.of("AWS_BEARER_TOKEN_BEDROCK", "a-key"))
                .endpoint(bedrock.emulator().endpoint())
                .region(Region.US_EAST_1)
                .build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      client.converse(hello("amazon.nova-lite-v1:0"));
      assertThat(bedrock.emulator().stats().recent().getLast().toString())
          .contains("authScheme=Bearer");
    }
  }

  @Test
  void aDeadlineThatIsNoneIsRefused() {
    try (Forebay forebay = bedrock.route().build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      assertThatThrownBy(
              () ->
                  client.converse(
                      hello(MODEL).toBuilder()
                          .overrideConfiguration(o -> o.putHeader("x-forebay-deadline-ms", "soon"))
                          .build()))
          .isInstanceOf(ValidationException.class)
          .hasMessageContaining("x-forebay-deadline-ms");
    }
  }

  @Test
  void aClientThatThrowsAnythingIsAFailedConnection() {
    Map<RuntimeException, String> odd =
        Map.of(
            new IllegalStateException("the pool is shut down"),
            "the HTTP client was closed",
            new NullPointerException(),
            "the HTTP client threw java.lang.NullPointerException",
            new UnsupportedOperationException("odd"),
            "the HTTP client threw java.lang.UnsupportedOperationException");
    for (RuntimeException thrown : odd.keySet()) {
      try (Forebay forebay = bedrock.route().and().httpClient(new Throwing(thrown)).build();
          BedrockRuntimeClient client = forebay.bedrockRuntime()) {
        assertThatThrownBy(() -> client.converse(hello(MODEL)))
            .isInstanceOf(ServiceUnavailableException.class)
            .hasMessageContaining(odd.get(thrown));
        assertThat(forebay.callsUnderWay()).isZero();
        assertThat(forebay.bytesHeld()).isZero();
      }
    }
  }

  @Test
  void anErrorOfTheMachineEndsTheCall() {
    try (Forebay forebay =
            bedrock.route().and().httpClient(new Throwing(new StackOverflowError())).build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      assertThatThrownBy(() -> client.converse(hello(MODEL)))
          .hasMessageContaining("Service: BedrockRuntime, Status Code: 500");
      assertThat(forebay.callsUnderWay()).isZero();
      assertThat(forebay.bytesHeld()).isZero();
    }
  }

  @Test
  void credentialsThatAreNotThereAreNamed() {
    try (Forebay forebay =
            Forebay.builder()
                .endpoint(bedrock.emulator().endpoint())
                .credentials("profile:no-such-profile")
                .route(MODEL)
                .primary("amazon.nova-lite-v1:0", Region.US_EAST_1)
                .build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      assertThatThrownBy(() -> client.converse(hello(MODEL)))
          .isInstanceOf(InternalServerException.class)
          .hasMessageContaining("There are no credentials: ")
          .hasMessageContaining("no-such-profile");
      assertThat(bedrock.emulator().stats().total().arrived()).isZero();
    }
  }

  /** The answers of Bedrock's front door; only the advice is Forebay's. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UnrecognizedClientException | access key id",
        "InvalidSignatureException | secret access key and this machine's clock",
        "ExpiredTokenException | session token has expired",
        "MissingAuthenticationTokenException | set the target's credentials",
      })
  void credentialsThatAreRefusedSayWhatToCheck(String type, String remedy) {
    SdkHttpClient refusing = new Refusing(type);
    try (Forebay forebay =
            Forebay.builder()
                .env(Map.of("ID", "AKIDEXAMPLE", "SECRET", "hunter2", "TOKEN", "tok3n"))
                .credentials("static:${ID}:${SECRET}:${TOKEN}")
                .httpClient(refusing)
                .route(MODEL)
                .primary("amazon.nova-lite-v1:0", Region.US_EAST_1)
                .build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      assertThatThrownBy(() -> client.converse(hello(MODEL)))
          .isInstanceOfSatisfying(
              BedrockRuntimeException.class,
              e -> {
                assertThat(e.statusCode()).isEqualTo(403);
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo(type);
              })
          .hasMessageContaining("It is refused.")
          .hasMessageContaining("credentials: static:***")
          .hasMessageContaining(remedy)
          .hasMessageNotContaining("hunter2")
          .hasMessageNotContaining("tok3n");
    }
  }

  @Test
  void aRegionThatTheChainHasFoundIsNotLookedUpAgain() {
    List<String> lookups = new ArrayList<>();
    Supplier<String> region =
        Regions.remembered(
            () -> {
              lookups.add("lookup");
              if (lookups.size() == 1) {
                throw SdkClientException.create("not yet");
              }
              return "eu-north-1";
            });
    assertThatThrownBy(region::get).isInstanceOf(SdkClientException.class);
    assertThat(region.get()).isEqualTo("eu-north-1");
    assertThat(region.get()).isEqualTo("eu-north-1");
    assertThat(lookups).hasSize(2);
  }

  /** As an outsider meets it: a process of its own, in which nothing of AWS is set. */
  @Test
  void aProgramWithoutRegionAndCredentialsHearsWhatToSet() throws Exception {
    ProcessBuilder program =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            UnsetProgram.class.getName(),
            bedrock.emulator().endpoint().toString());
    program.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    program.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    program.environment().put("AWS_CONFIG_FILE", folder.resolve("none").toString());
    program.environment().put("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("none").toString());
    Path output = folder.resolve("output");
    Process running = program.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      running.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(output);
    for (String call : List.of("blocking", "asynchronous", "work")) {
      assertThat(lines)
          .anyMatch(
              line ->
                  line.startsWith(call + ": SdkClientException: Forebay has no AWS region")
                      && line.contains("set AWS_REGION"));
    }
    for (String call : List.of("signed", "signed later")) {
      assertThat(lines)
          .anyMatch(
              line ->
                  line.startsWith(call + ": InternalServerException: ")
                      && line.contains("There are no credentials: the default chain has none")
                      && line.contains("set AWS_ACCESS_KEY_ID"));
    }
    assertThat(bedrock.emulator().stats().total().arrived()).isZero();
  }

  @Test
  void aRegionThatIsMissingIsNamed() {
    AwsRegionProvider none =
        () -> {
          throw SdkClientException.create("no region is configured");
        };
    assertThatThrownBy(() -> Regions.from(none))
        .isInstanceOf(SdkClientException.class)
        .hasMessageContaining("AWS_REGION")
        .hasMessageContaining("region(");
  }

  @Test
  void aNetworkThatIsKilledInAStreamIsATypedException() {
    bedrock.faults("[{\"operation\":\"converse-stream\",\"reset\":{\"at\":\"midStream\"}}]");
    try (Forebay forebay = bedrock.route().build();
        BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync()) {
      StringBuilder text = new StringBuilder();
      assertThatThrownBy(
              () ->
                  client
                      .converseStream(
                          r -> r.modelId(MODEL).messages(EmulatedBedrock.says("Hello")),
                          ConverseStreamResponseHandler.builder()
                              .subscriber(
                                  ConverseStreamResponseHandler.Visitor.builder()
                                      .onContentBlockDelta(d -> text.append(d.delta().text()))
                                      .build())
                              .build())
                      .join())
          .hasCauseInstanceOf(ServiceUnavailableException.class)
          .hasMessageContaining("The connection to 127.0.0.1:")
          .hasMessageContaining("not the whole answer: ask again");
      assertThat(text).isNotEmpty();
      assertThat(forebay.callsUnderWay()).isZero();
    }
  }

  /** A client by which each target refuses the credentials. */
  private record Refusing(String type) implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          byte[] body = "{\"message\":\"It is refused.\"}".getBytes(StandardCharsets.UTF_8);
          return HttpExecuteResponse.builder()
              .response(
                  SdkHttpResponse.builder()
                      .statusCode(403)
                      .putHeader("Content-Type", "application/json")
                      .putHeader("Content-Length", Integer.toString(body.length))
                      .putHeader("x-amzn-ErrorType", type)
                      .build())
              .responseBody(AbortableInputStream.create(new ByteArrayInputStream(body)))
              .build();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }

  /** A client of the program's that cannot do it. */
  private record Throwing(Throwable thrown) implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          if (thrown instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) thrown;
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }
}
