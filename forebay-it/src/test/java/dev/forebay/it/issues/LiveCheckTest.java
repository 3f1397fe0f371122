package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.it.Run;
import dev.forebay.it.WireUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code config check --live} says of each target whether it works, and what is wrong if not. */
@Timeout(120)
class LiveCheckTest {
  @TempDir Path folder;

  @Test
  void countTokensIsEnoughWhereTheModelHasIt() throws Exception {
    try (WireUpstream bedrock =
        WireUpstream.answering((c, request) -> c.json(200, "{\"inputTokens\":8}"))) {
      Run run = live("us-east-1", bedrock.endpoint(), "anonymous");
      assertThat(run.exitCode()).isZero();
      assertThat(last(run)).isEqualTo("one  works   CountTokens answered, at no cost");
      assertThat(bedrock.seen()).hasSize(1);
      assertThat(bedrock.seen().getFirst().path()).endsWith("/count-tokens");
    }
  }

  @Test
  void elseConverseIsAskedForOneToken() throws Exception {
    try (WireUpstream bedrock =
        WireUpstream.answering(
            (c, request) -> {
              if (request.path().endsWith("/count-tokens")) {
                c.json(
                    400, "{\"message\":\"The provided model doesn't support counting tokens.\"}");
              } else {
                c.json(200, WireUpstream.CONVERSE);
              }
            })) {
      Run run = live("us-east-1", bedrock.endpoint(), "anonymous");
      assertThat(run.exitCode()).isZero();
      assertThat(last(run)).startsWith("one  works   Converse answered with one output token");
      assertThat(bedrock.seen()).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "400 | ValidationException | The provided model identifier is invalid. | there is no model"
            + " 'amazon.nova-2-lit-v1:0' in us-east-1 | did you mean 'amazon.nova-2-lite-v1:0'?",
        "400 | ValidationException | Invocation of model ID x with on-demand throughput isn’t"
            + " supported. Retry your request with the ID or ARN of an inference profile that"
            + " contains this model. | by an inference profile only | such as"
            + " 'us.amazon.nova-2-lit-v1:0'",
        "403 | AccessDeniedException | You don't have access to the model with the specified model"
            + " ID. | has no access to | model access in the Bedrock console",
        "403 | AccessDeniedException | User: arn:aws:iam::1:user/x is not authorized to perform:"
            + " bedrock:InvokeModel on resource: y | access is denied | allow bedrock:InvokeModel",
        "403 | AccessDeniedException | User: x is not authorized to perform: bedrock:InvokeModel"
            + " with an explicit deny in a service control policy | access is denied | the"
            + " organization denies it",
        "403 | UnrecognizedClientException | The security token included in the request is"
            + " invalid. | the credentials are refused | check the access key",
        "403 | ExpiredTokenException | The security token included in the request is expired |"
            + " the credentials have expired | renew them",
        "404 | ResourceNotFoundException | Model use case details have not been submitted for this"
            + " account. | the account may not use | submit the use case details",
        "404 | ResourceNotFoundException | This model version has reached the end of its life. |"
            + " is not offered any more | use a newer model",
        "403 | AccessDeniedException | Model access is denied due to IAM user or service role is"
            + " not authorized to perform the required AWS Marketplace actions"
            + " (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to"
            + " this model. | access is denied | aws-marketplace:Subscribe, see",
        "503 | ServiceUnavailableException | Bedrock is unable to process your request. | the"
            + " service fails | try again",
      })
  void anErrorIsSaidWithItsRemedy(
      int status, String type, String message, String what, String remedy) throws Exception {
    try (WireUpstream bedrock =
        WireUpstream.answering(
            (c, request) ->
                c.json(
                    status, "{\"__type\":\"%s\",\"message\":\"%s\"}".formatted(type, message)))) {
      Run run = live("us-east-1", bedrock.endpoint(), "anonymous");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(last(run)).startsWith("one  FAILS   ").contains(what).contains(remedy);
    }
  }

  @Test
  void aThrottleProvesAllElse() throws Exception {
    try (WireUpstream bedrock =
        WireUpstream.answering(
            (c, request) ->
                c.json(
                    429,
                    "{\"message\":\"Too many requests, please wait before trying again.\"}"))) {
      Run run = live("us-east-1", bedrock.endpoint(), "anonymous");
      assertThat(run.exitCode()).isZero();
      assertThat(last(run)).contains("throttled just now");
    }
  }

  @Test
  void whatCannotBeReachedIsSaidWithItsHost() throws Exception {
    WireUpstream gone = WireUpstream.answering((c, request) -> {});
    gone.close();
    assertFails(
        live("us-east-1", gone.endpoint(), "anonymous"),
        "could not connect to 127.0.0.1:" + gone.port() + ": connection refused");
    assertFails(
        live("us-east-1", "https://no-such-host.invalid", "anonymous"),
        "could not connect to no-such-host.invalid: name not found");
    assertFails(
        live("us-east-1", "https://no-such-host.invalid", "profile:no-such-profile"),
        "no credentials: ",
        "no-such-profile");
  }

  @Test
  void aCertificateThatIsNotTrustedIsSaid() throws Exception {
    TestAuthority authority = TestAuthority.in(folder);
    try (WireUpstream tls =
        WireUpstream.answering(
            authority.serverFor("dns:another.example"),
            (c, request) -> c.json(200, "{\"inputTokens\":8}"))) {
      assertFails(
          live("us-east-1", "https://127.0.0.1:" + tls.port(), "anonymous"),
          "certificate of an unknown authority",
          "ca or AWS_CA_BUNDLE");
    }
  }

  @Test
  void whatIsNoBedrockIsSaid() throws Exception {
    try (WireUpstream page =
        WireUpstream.answering((c, request) -> c.json(200, "{\"welcome\":true}"))) {
      assertFails(
          live("us-east-1", page.endpoint(), "anonymous"),
          "the answer does not come from Bedrock Runtime");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 403, 500})
  void anAnswerWithoutEndIsNotReadOn(int status) throws Exception {
    try (WireUpstream endless = WireUpstream.answering((c, request) -> c.endless(status))) {
      assertFails(
          live("us-east-1", endless.endpoint(), "anonymous"),
          "127.0.0.1:" + endless.port() + " is not Bedrock: the answer exceeds 1048576 bytes");
    }
  }

  @Test
  void noSecretIsShownThatAnEndpointRepeats() throws Exception {
    try (WireUpstream echo =
        WireUpstream.answering(
            (c, request) -> {
              String sent = String.valueOf(request.headers().get("authorization"));
              c.json(404, "{\"message\":\"You sent %s\"}".formatted(sent));
            })) {
      Run run = live("us-east-1", echo.endpoint(), "\"bearer:${PATH}\"");
      assertFails(run, "You sent");
      assertThat(run.out()).contains("***").doesNotContain(System.getenv("PATH"));
    }
  }

  private static String last(Run run) {
    return run.out().lines().reduce("", (before, line) -> line);
  }

  private static void assertFails(Run run, String... parts) {
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(last(run)).startsWith("one  FAILS   ").contains(parts);
  }

  private Run live(String region, String endpoint, String credentials) throws IOException {
    Path file = file(region, endpoint, credentials);
    return Run.of("config", "check", "--live", file.toString());
  }

  private Path file(String region, String endpoint, String credentials) throws IOException {
    return Files.writeString(
        folder.resolve("forebay.yaml"),
        """
        targets:
          one: { region: %s, model: "amazon.nova-2-lit-v1:0", endpoint: "%s", credentials: %s }
        routes:
          chat: { tiers: [[one]] }
        """
            .formatted(region, endpoint, credentials));
  }
}
