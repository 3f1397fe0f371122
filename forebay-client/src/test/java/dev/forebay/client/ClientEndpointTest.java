package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.hello;
import static dev.forebay.client.EmulatedBedrock.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.forebay.emulator.RequestRecord;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailContentBlock;

/** Without a configuration a call goes where its client would have sent it. */
class ClientEndpointTest {
  private static final Map<String, String> KEYS = Map.of("ID", "AKIDEXAMPLE", "SECRET", "secret");

  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private static ForebayBuilder unconfigured() {
    return Forebay.builder().env(KEYS).credentials("static:${ID}:${SECRET}");
  }

  private static RequestRecord last() {
    return bedrock.emulator().stats().recent().getLast();
  }

  @Test
  void aClientsOwnEndpointAndRegionAreUsed() {
    try (Forebay forebay = unconfigured().build();
        BedrockRuntimeClient client =
            forebay
                .attach(BedrockRuntimeClient.builder())
                .endpointOverride(bedrock.emulator().endpoint())
                .region(Region.EU_CENTRAL_1)
                .build()) {
      client.converse(hello(MODEL));
      assertThat(last().region()).isEqualTo("eu-central-1");
      assertThat(last().headers()).noneMatch(name -> name.startsWith("x-forebay-"));
      client.countTokens(
          r -> r.modelId(MODEL).input(i -> i.converse(c -> c.messages(says("Hello")))));
      assertThat(last().region()).isEqualTo("eu-central-1");
    }
  }

  @Test
  void aPathOfTheEndpointStaysBeforeThatOfTheOperation() {
    NotedRequests http = new NotedRequests();
    try (Forebay forebay = unconfigured().httpClient(http).build();
        BedrockRuntimeClient client =
            forebay
                .attach(BedrockRuntimeClient.builder())
                .endpointOverride(URI.create(bedrock.emulator().endpoint() + "/behind/a%20proxy/"))
                .region(Region.EU_CENTRAL_1)
                .build()) {
      assertThatThrownBy(() -> client.converse(hello(MODEL)))
          .isInstanceOf(BedrockRuntimeException.class);
      assertThatThrownBy(
              () ->
                  client.applyGuardrail(
                      r ->
                          r.guardrailIdentifier("g1")
                              .guardrailVersion("1")
                              .source("INPUT")
                              .content(GuardrailContentBlock.fromText(t -> t.text("Hello")))))
          .isInstanceOf(BedrockRuntimeException.class);
      assertThat(http.paths())
          .containsExactly(
              "/behind/a%20proxy/model/" + MODEL.replace(":", "%3A") + "/converse",
              "/behind/a%20proxy/guardrail/g1/version/1/apply");
    }
  }

  @Test
  void soAreAnAsynchronousClients() {
    try (Forebay forebay = unconfigured().build();
        BedrockRuntimeAsyncClient client =
            forebay
                .attach(BedrockRuntimeAsyncClient.builder())
                .endpointOverride(bedrock.emulator().endpoint())
                .region(Region.AP_NORTHEAST_1)
                .build()) {
      client
          .converseStream(
              r -> r.modelId(MODEL).messages(says("Hello")),
              ConverseStreamResponseHandler.builder().subscriber(event -> {}).build())
          .join();
      assertThat(last().region()).isEqualTo("ap-northeast-1");
    }
  }

  /** One of a newer SDK: it is not known whether it may be repeated, nor what else could answer. */
  @Test
  void anOperationThatForebayDoesNotKnowGoesThereOnce() throws Exception {
    NotedRequests http = new NotedRequests();
    try (Forebay forebay = unconfigured().httpClient(http).build()) {
      HttpExecuteResponse answer =
          forebay.httpClient().prepareRequest(ofTomorrow(bedrock.emulator().endpoint())).call();
      assertThat(answer.httpResponse().statusCode()).isEqualTo(404);
      assertThat(http.header("Authorization")).contains("/eu-central-1/bedrock/");
      answer =
          forebay.httpClient().prepareRequest(ofTomorrow(URI.create("http://127.0.0.1:1"))).call();
      assertThat(answer.httpResponse().statusCode()).isEqualTo(503);
      assertThat(http.paths()).containsExactly("/model/m/of-tomorrow", "/model/m/of-tomorrow");
      assertThat(forebay.callsUnderWay()).isZero();
      assertThat(forebay.bytesHeld()).isZero();
    }
  }

  private static HttpExecuteRequest ofTomorrow(URI endpoint) {
    return HttpExecuteRequest.builder()
        .request(
            SdkHttpRequest.builder()
                .method(SdkHttpMethod.PUT)
                .uri(endpoint)
                .encodedPath("/model/m/of-tomorrow")
                .putHeader(ClientEndpoint.REGION_HEADER, "eu-central-1")
                .build())
        .contentStreamProvider(ContentStreamProvider.fromUtf8String("{}"))
        .build();
  }

  @Test
  void clientsOfTwoEndpointsLearnApart() {
    try (Forebay forebay = unconfigured().build();
        BedrockRuntimeClient dead =
            forebay
                .attach(BedrockRuntimeClient.builder())
                .endpointOverride(URI.create("http://127.0.0.1:1"))
                .region(Region.US_EAST_1)
                .build();
        BedrockRuntimeClient good =
            forebay
                .attach(BedrockRuntimeClient.builder())
                .endpointOverride(bedrock.emulator().endpoint())
                .region(Region.US_EAST_1)
                .build()) {
      assertThatThrownBy(
              () ->
                  dead.converse(
                      hello(MODEL).toBuilder()
                          .overrideConfiguration(Forebay.request().deadline(Duration.ofMillis(300)))
                          .build()))
          .isInstanceOf(BedrockRuntimeException.class);
      good.converse(hello(MODEL));
      assertThat(bedrock.arrived(MODEL)).hasSize(1);
    }
  }

  @Test
  void theBuildersEndpointAndRegionComeBeforeTheClients() {
    try (Forebay forebay =
            unconfigured()
                .endpoint(bedrock.emulator().endpoint())
                .region(Region.US_WEST_2)
                .build();
        BedrockRuntimeClient client =
            forebay
                .attach(BedrockRuntimeClient.builder())
                .endpointOverride(URI.create("http://127.0.0.1:1"))
                .region(Region.EU_CENTRAL_1)
                .build()) {
      client.converse(hello(MODEL));
      assertThat(last().region()).isEqualTo("us-west-2");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://bedrock-runtime.us-east-1.amazonaws.com, us-east-1, true",
    "https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com, us-gov-west-1, true",
    "https://bedrock-runtime.cn-north-1.amazonaws.com.cn, cn-north-1, true",
    "https://vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com, , false",
    "http://127.0.0.1:8480, , false",
  })
  void theHostTellsTheRegion(String address, String region, boolean ofBedrock) {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(URI.create(address + "/model/x/converse"))
            .build();
    assertThat(ClientEndpoint.of(request))
        .isEqualTo(
            new ClientEndpoint(
                address, Optional.ofNullable(region), ofBedrock, ClientCredentials.NONE));
  }

  @ParameterizedTest
  @CsvSource({
    "https://bedrock-runtime-fips.us-east-1.amazonaws.com, us-east-1, , https://bedrock-runtime-fips.us-east-1.amazonaws.com",
    // What lives in another region is asked for there.
    "https://bedrock-runtime.us-east-1.amazonaws.com, us-west-2, us-west-2, ",
    "http://127.0.0.1:8480, us-west-2, us-west-2, http://127.0.0.1:8480",
  })
  void theRegionOfWhatACallNamesComesFirst(
      String address, String region, String named, String endpoint) {
    ClientEndpoint client =
        ClientEndpoint.of(
            SdkHttpRequest.builder()
                .method(SdkHttpMethod.GET)
                .uri(URI.create(address + "/async-invoke/x"))
                .build());
    assertThat(
            new AnyModel(null, null, "anonymous", Map.of())
                .placeOf(
                    Optional.ofNullable(named),
                    Optional.of(client),
                    ClientCredentials.NONE,
                    () -> "us-east-2"))
        .isEqualTo(new AnyModel.Place(region, endpoint, ClientCredentials.NONE));
  }

  @Test
  void anEndpointThatHasNoEffectIsNamedOnce() {
    Logger log = (Logger) LoggerFactory.getLogger(ModelCalls.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.addAppender(lines);
    try (Forebay forebay = bedrock.route().build();
        BedrockRuntimeClient client =
            forebay
                .attach(BedrockRuntimeClient.builder())
                .endpointOverride(URI.create("http://127.0.0.1:1"))
                .region(Region.US_EAST_1)
                .build();
        BedrockRuntimeClient same =
            forebay
                .attach(BedrockRuntimeClient.builder())
                .endpointOverride(bedrock.emulator().endpoint())
                .region(Region.US_EAST_1)
                .build()) {
      same.converse(hello(MODEL));
      assertThat(lines.list).isEmpty();
      client.converse(hello(MODEL));
      client.converse(hello(MODEL));
      assertThat(lines.list)
          .singleElement()
          .extracting(ILoggingEvent::getFormattedMessage)
          .asString()
          .contains("http://127.0.0.1:1 is not used", "Forebay.builder().endpoint(...)");
    } finally {
      log.detachAppender(lines);
    }
  }
}
