package dev.forebay.engine.credentials;

import java.util.regex.Pattern;

/**
 * Says in a sentence why there are no credentials. The SDK's own message for its default chain is a
 * list of all providers with the reason of each, more than a kilobyte.
 */
public final class CredentialProblem {
  private static final int MAX_LENGTH = 300;
  private static final String CHAIN = "Unable to load credentials from any of the providers";

  /** What the SDK adds of all profiles that it has read. */
  private static final Pattern PROFILES = Pattern.compile(": ProfileFile\\(.*");

  private CredentialProblem() {}

  /** In one line, without any part of a secret. */
  public static String of(Throwable failure) {
    String message = String.valueOf(failure.getMessage()).strip();
    if (message.startsWith(CHAIN)) {
      return "the default chain has none: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or"
          + " AWS_PROFILE, or run with the role of an instance, a container or a web identity";
    }
    String line = PROFILES.matcher(message.replaceAll("\\s*\\R\\s*", " ")).replaceAll("");
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH - 3) + "...";
  }
}
