package dev.forebay.client;

import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/** The default region. */
final class Regions {
  private Regions() {}

  /** What the SDK's chain finds. */
  static String fromChain() {
    return from(DefaultAwsRegionProviderChain.builder().build());
  }

  /** What the chain finds, or an error that names the remedy. */
  static String from(AwsRegionProvider chain) {
    try {
      return chain.getRegion().id();
    } catch (SdkClientException e) {
      throw SdkClientException.create(
          "Forebay has no AWS region for its targets: set AWS_REGION, a region in the profile, or"
              + " Forebay.builder().region(...)",
          e);
    }
  }
}
