package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.InternalServerException;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;

/** What is not an answer of Bedrock's is never passed on as one. */
class OddUpstreamTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String ANONYMOUS = "credentials: anonymous";

  @Test
  void halfAnAnswerIsNone() {
    InternalServerException thrown =
        failure(
            InternalServerException.class,
            WireUpstream.saying(
                "200 OK\r\nContent-Type: application/json", "{\"output\": {\"mess"));

    assertThat(thrown.awsErrorDetails().errorMessage()).contains("not a whole one");
    assertThat(header(thrown, "x-forebay-attempts")).isEqualTo("5");
  }

  @Test
  void anErrorInTheClothesOfAnAnswerIsNone() {
    InternalServerException thrown =
        failure(
            InternalServerException.class,
            WireUpstream.saying(
                "200 OK\r\nContent-Type: application/json",
                "{\"Output\":{\"__type\":\"UnknownOperationException\"},\"Version\":\"1.0\"}"));

    assertThat(thrown.awsErrorDetails().errorMessage()).contains("in place of an answer");
  }

  @Test
  void aPageOfHtmlBecomesAnErrorThatSdksCanRead() {
    ServiceUnavailableException thrown =
        failure(
            ServiceUnavailableException.class,
            WireUpstream.saying(
                "503 Service Unavailable\r\nContent-Type: text/html\r\nSet-Cookie: a=b",
                "<html>busy</html>"));

    assertThat(thrown.awsErrorDetails().errorCode()).isEqualTo("ServiceUnavailableException");
    assertThat(header(thrown, "Retry-After")).isNotEmpty();
    assertThat(header(thrown, "Set-Cookie")).isEmpty();
  }

  @Test
  void noServerListens() {
    WireUpstream gone = WireUpstream.saying("200 OK", "");
    gone.close();

    ServiceUnavailableException thrown = failure(ServiceUnavailableException.class, gone);

    assertThat(thrown.awsErrorDetails().errorMessage())
        .matches("Could not connect to 127\\.0\\.0\\.1:\\d+: connection refused\\.");
  }

  @Test
  void credentialsThatCannotBeHadFailAtOnceAndShowNothing() {
    try (OneRoute route =
        new OneRoute(stack, stack.emulator().endpoint(), "credentials: \"profile:no-such\"")) {
      InternalServerException thrown =
          catchThrowableOfType(
              InternalServerException.class,
              () -> route.client().converse(Calls.converse(OneRoute.MODEL)));

      assertThat(thrown.awsErrorDetails().errorMessage())
          .isEqualTo("Target 'one': No credentials are available; see the log.");
      assertThat(stack.emulator().stats().total().arrived()).isZero();
    }
  }

  private static <T extends BedrockRuntimeException> T failure(
      Class<T> type, WireUpstream upstream) {
    try (upstream;
        OneRoute route = new OneRoute(stack, URI.create(upstream.endpoint()), ANONYMOUS)) {
      return catchThrowableOfType(
          type, () -> route.client().converse(Calls.converse(OneRoute.MODEL)));
    }
  }

  private static String header(BedrockRuntimeException thrown, String name) {
    return thrown.awsErrorDetails().sdkHttpResponse().firstMatchingHeader(name).orElse("");
  }
}
