package dev.forebay.engine.credentials;

import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.TokenIdentity;

/**
 * Credentials that a program gives by an object of its own, in place of the SDK's default chain. It
 * stays the program's to close. Equal if the object is.
 */
public sealed interface GivenCredentials {
  /** Keys, by which requests are signed. */
  record Keys(IdentityProvider<? extends AwsCredentialsIdentity> provider)
      implements GivenCredentials {}

  /** A bearer token, such as a Bedrock API key. */
  record Token(IdentityProvider<? extends TokenIdentity> provider) implements GivenCredentials {}
}
