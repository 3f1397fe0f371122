package dev.forebay.engine.credentials;

import dev.forebay.config.Credentials;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/** The SDK's providers for the credentials that a configuration names. */
public final class CredentialProviders {
  private CredentialProviders() {}

  /**
   * The provider, which may hold connections and want to be closed.
   *
   * @param region where a role is assumed
   * @throws IllegalArgumentException for a bearer token, which signs nothing
   */
  public static AwsCredentialsProvider of(Credentials credentials, String region) {
    return switch (credentials) {
      case Credentials.Profile profile -> ProfileCredentialsProvider.create(profile.name());
      case Credentials.Role role -> assuming(role.arn(), region);
      case Credentials.Static fixed -> StaticCredentialsProvider.create(fixed(fixed));
      case Credentials.Default d -> DefaultCredentialsProvider.builder().build();
      case Credentials.Anonymous a -> AnonymousCredentialsProvider.create();
      case Credentials.Bearer b -> throw new IllegalArgumentException("not signed: " + b);
    };
  }

  private static AwsCredentials fixed(Credentials.Static key) {
    String secret = key.secretAccessKey().reveal();
    return key.sessionToken().isPresent()
        ? AwsSessionCredentials.create(key.accessKeyId(), secret, key.sessionToken().get().reveal())
        : AwsBasicCredentials.create(key.accessKeyId(), secret);
  }

  private static AwsCredentialsProvider assuming(String roleArn, String region) {
    return StsAssumeRoleCredentialsProvider.builder()
        .stsClient(
            StsClient.builder()
                .region(Region.of(region))
                .httpClient(UrlConnectionHttpClient.create())
                .build())
        .refreshRequest(request -> request.roleArn(roleArn).roleSessionName("forebay"))
        .build();
  }
}
