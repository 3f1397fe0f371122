package dev.forebay.engine.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

class CredentialProblemTest {
  @Test
  void theListOfAllProvidersIsOneSentence() {
    try (ProfileCredentialsProvider none = ProfileCredentialsProvider.create("no-such-profile");
        AwsCredentialsProviderChain chain = AwsCredentialsProviderChain.of(none, none, none)) {
      String problem = problem(chain::resolveCredentials);
      assertThat(problem)
          .startsWith("the default chain has none: set AWS_ACCESS_KEY_ID")
          .hasSizeLessThan(200);
    }
  }

  @Test
  void aNamedProfileIsNamed() {
    try (ProfileCredentialsProvider none = ProfileCredentialsProvider.create("no-such-profile")) {
      assertThat(problem(none::resolveCredentials))
          .contains("no-such-profile")
          .doesNotContain("ProfileFile(");
    }
  }

  @Test
  void anythingElseIsOneLineOfBoundedLength() {
    String problem =
        CredentialProblem.of(SdkClientException.create("first\n  second\r\n" + "x".repeat(2_000)));
    assertThat(problem).startsWith("first second x").hasSize(300).endsWith("...");
  }

  private static String problem(Runnable resolving) {
    try {
      resolving.run();
    } catch (RuntimeException e) {
      return CredentialProblem.of(e);
    }
    throw new AssertionError("there are credentials");
  }
}
