package dev.forebay.config;

import java.util.Optional;

/**
 * How a target's requests are authorized. {@code toString} shows the form alone, since any part may
 * have come from the environment as a secret.
 */
public sealed interface Credentials {
  /** The platform's usual chain: environment, profile, container or instance role. */
  record Default() implements Credentials {
    @Override
    public String toString() {
      return "default";
    }
  }

  /** A named profile of the AWS configuration files. */
  record Profile(String name) implements Credentials {
    @Override
    public String toString() {
      return "profile:***";
    }
  }

  /** A Bedrock API key, sent as a bearer token. */
  record Bearer(Secret token) implements Credentials {
    @Override
    public String toString() {
      return "bearer:***";
    }
  }

  /** A role to assume with the platform's usual credentials. */
  record Role(String arn) implements Credentials {
    @Override
    public String toString() {
      return "role:***";
    }
  }

  /** An access key as it stands. */
  record Static(String accessKeyId, Secret secretAccessKey, Optional<Secret> sessionToken)
      implements Credentials {
    @Override
    public String toString() {
      return "static:***";
    }
  }

  /** No authorization at all: for an emulator, or a proxy that signs by itself. */
  record Anonymous() implements Credentials {
    @Override
    public String toString() {
      return "anonymous";
    }
  }
}
