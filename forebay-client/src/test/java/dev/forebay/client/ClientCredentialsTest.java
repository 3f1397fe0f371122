package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.hello;
import static dev.forebay.client.EmulatedBedrock.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.forebay.emulator.RequestRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.token.credentials.StaticTokenProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClientBuilder;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.InternalServerException;

/** Which credentials sign where a program gives some by objects of its own. */
class ClientCredentialsTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private static AwsCredentialsProvider keys(String id) {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create(id, "secret"));
  }

  private static RequestRecord last() {
    return bedrock.emulator().stats().recent().getLast();
  }

  private static BedrockRuntimeClient client(
      Forebay forebay, Consumer<BedrockRuntimeClientBuilder> settings) {
    BedrockRuntimeClientBuilder builder =
        forebay
            .attach(BedrockRuntimeClient.builder())
            .endpointOverride(bedrock.emulator().endpoint())
            .region(Region.EU_CENTRAL_1);
    settings.accept(builder);
    return builder.build();
  }

  @Test
  void aClientsOwnKeysSignWithoutAConfiguration() {
    try (Forebay forebay = Forebay.create();
        BedrockRuntimeClient client =
            client(forebay, b -> b.credentialsProvider(keys("AKIDONE")))) {
      client.converse(hello(MODEL));
      assertThat(last().accessKeyId()).isEqualTo("AKIDONE");
      assertThat(last().headers()).noneMatch(name -> name.startsWith("x-forebay-"));
      client.applyGuardrail(
          r ->
              r.guardrailIdentifier("gr-1")
                  .guardrailVersion("1")
                  .source("INPUT")
                  .content(GuardrailContentBlock.fromText(t -> t.text("Hello"))));
      assertThat(last().accessKeyId()).isEqualTo("AKIDONE");
    }
  }

  @Test
  void anAsynchronousClientsToo() {
    try (Forebay forebay = Forebay.create();
        BedrockRuntimeAsyncClient client =
            forebay
                .attach(BedrockRuntimeAsyncClient.builder())
                .endpointOverride(bedrock.emulator().endpoint())
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(keys("AKIDASYNC"))
                .build()) {
      client.converse(hello(MODEL)).join();
      assertThat(last().accessKeyId()).isEqualTo("AKIDASYNC");
    }
  }

  @Test
  void aClientsOwnTokenIsSent() {
    try (Forebay forebay = Forebay.create();
        BedrockRuntimeClient client =
            client(
                forebay,
                b ->
                    b.credentialsProvider(keys("AKIDONE"))
                        .tokenProvider(StaticTokenProvider.create(() -> "bedrock-api-key")))) {
      client.converse(hello(MODEL));
      assertThat(last().authScheme()).isEqualTo("Bearer");
    }
  }

  @Test
  void clientsOfTwoAccountsLearnApart() {
    try (Forebay forebay = Forebay.create();
        BedrockRuntimeClient one = client(forebay, b -> b.credentialsProvider(keys("AKIDONE")));
        BedrockRuntimeClient two = client(forebay, b -> b.credentialsProvider(keys("AKIDTWO")));
        BedrockRuntimeClient same = client(forebay, b -> b.credentialsProvider(keys("AKIDONE")))) {
      Set<String> targets = new HashSet<>();
      targets.add(Answered.of(one.converse(hello(MODEL))).target().orElseThrow());
      assertThat(last().accessKeyId()).isEqualTo("AKIDONE");
      targets.add(Answered.of(two.converse(hello(MODEL))).target().orElseThrow());
      assertThat(last().accessKeyId()).isEqualTo("AKIDTWO");
      assertThat(targets).hasSize(2);
      targets.add(Answered.of(same.converse(hello(MODEL))).target().orElseThrow());
      assertThat(last().accessKeyId()).isEqualTo("AKIDONE");
      assertThat(targets).hasSize(2);
    }
  }

  @Test
  void theBuildersStandForTheDefaultChain() {
    try (Forebay forebay = Forebay.builder().credentials(keys("AKIDBUILDER")).build();
        BedrockRuntimeClient client = client(forebay, b -> {});
        BedrockRuntimeClient own = client(forebay, b -> b.credentialsProvider(keys("AKIDONE")))) {
      client.converse(hello(MODEL));
      assertThat(last().accessKeyId()).isEqualTo("AKIDBUILDER");
      own.converse(hello(MODEL));
      assertThat(last().accessKeyId()).isEqualTo("AKIDONE");
    }
  }

  @Test
  void theBuildersSignForTargetsThatNameNone() {
    try (Forebay forebay =
            Forebay.builder()
                .endpoint(bedrock.emulator().endpoint())
                .credentials(keys("AKIDBUILDER"))
                .route(MODEL)
                .primary(MODEL, Region.US_EAST_1)
                .and()
                .build();
        BedrockRuntimeClient client = client(forebay, b -> {})) {
      client.converse(hello(MODEL));
      assertThat(last().accessKeyId()).isEqualTo("AKIDBUILDER");
    }
  }

  @Test
  void theFormComesBeforeAnObject() {
    try (Forebay forebay =
            Forebay.builder()
                .credentials(keys("AKIDBUILDER"))
                .env(Map.of("ID", "AKIDFORM", "SECRET", "secret"))
                .credentials("static:${ID}:${SECRET}")
                .build();
        BedrockRuntimeClient client =
            client(forebay, b -> b.credentialsProvider(keys("AKIDONE")))) {
      client.converse(hello(MODEL));
      assertThat(last().accessKeyId()).isEqualTo("AKIDFORM");
    }
  }

  @Test
  void configuredTargetsHaveTheirOwnAndTheLogSaysSoOnce() {
    Logger log = (Logger) LoggerFactory.getLogger(ClientCredentials.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.addAppender(lines);
    try (Forebay forebay =
        Forebay.builder()
            .endpoint(bedrock.emulator().endpoint())
            .route(MODEL)
            .primary(MODEL, Region.US_EAST_1)
            .and()
            .build()) {
      client(forebay, b -> b.credentialsProvider(keys("AKIDONE"))).close();
      client(forebay, b -> b.credentialsProvider(keys("AKIDTWO"))).close();
      client(forebay, b -> {}).close();
      assertThat(lines.list)
          .singleElement()
          .asString()
          .contains("A client's own credentials are not used", "Forebay.builder().credentials");
    } finally {
      log.detachAppender(lines);
    }
  }

  @Test
  void aProviderThatHasNoneSaysWhy() {
    AwsCredentialsProvider broken =
        () -> {
          throw SdkClientException.create("the vault is sealed");
        };
    try (Forebay forebay = Forebay.create();
        BedrockRuntimeClient client = client(forebay, b -> b.credentialsProvider(broken))) {
      assertThatThrownBy(() -> client.converse(hello(MODEL)))
          .isInstanceOf(InternalServerException.class)
          .hasMessageContaining("the vault is sealed");
    }
  }

  /** Signed and sent as always, to a server that knows no such key. */
  @ParameterizedTest
  @ValueSource(strings = {"blocking", "asynchronous", "stream"})
  void keysThatAreRefusedSayWhatToCheck(String how) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", ClientCredentialsTest::refuse);
    server.start();
    URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    try (Forebay forebay = Forebay.create();
        BedrockRuntimeClient blocking =
            client(
                forebay, b -> b.credentialsProvider(keys("AKIDWRONG")).endpointOverride(endpoint));
        BedrockRuntimeAsyncClient async =
            forebay
                .attach(BedrockRuntimeAsyncClient.builder())
                .endpointOverride(endpoint)
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(keys("AKIDWRONG"))
                .build()) {
      Throwable thrown =
          catchThrowable(
              () -> {
                switch (how) {
                  case "blocking" -> blocking.converse(hello(MODEL));
                  case "asynchronous" -> async.converse(hello(MODEL)).join();
                  default ->
                      async
                          .converseStream(
                              r -> r.modelId(MODEL).messages(says("Hello")),
                              ConverseStreamResponseHandler.builder().subscriber(e -> {}).build())
                          .join();
                }
              });
      assertThat(thrown instanceof CompletionException ? thrown.getCause() : thrown)
          .isInstanceOfSatisfying(
              BedrockRuntimeException.class,
              e -> {
                assertThat(e.statusCode()).isEqualTo(403);
                assertThat(e.awsErrorDetails().errorCode())
                    .isEqualTo("UnrecognizedClientException");
              })
          .hasMessageContaining("AKIDWRONG/")
          .hasMessageContaining("credentials: the program's own")
          .hasMessageContaining("Check the access key id");
      assertThat(forebay.callsUnderWay()).isZero();
    } finally {
      server.stop(0);
    }
  }

  private static void refuse(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] body =
        "{\"message\":\"%s is not known.\"}"
            .formatted(exchange.getRequestHeaders().getFirst("Authorization"))
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("x-amzn-ErrorType", "UnrecognizedClientException");
    exchange.sendResponseHeaders(403, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void theirNumberIsBounded() {
    ClientCredentials clients = new ClientCredentials(ClientCredentials.Use.BY_ANY_MODEL);
    Set<String> numbers = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      numbers.add(clients.add(keys("AKID" + i), null, false));
    }
    assertThat(numbers).hasSize(1_000);
    assertThat(numbers).contains(clients.add(keys("AKID7"), null, false));
    assertThatThrownBy(() -> clients.add(keys("ANOTHER"), null, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Build one client");
    assertThat(clients.add(null, null, false)).isEmpty();
  }
}
