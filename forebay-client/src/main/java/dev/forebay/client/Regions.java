package dev.forebay.client;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/** The default region. */
final class Regions {
  private Regions() {}

  /**
   * What the SDK's chain finds, looked up until it has found something: it reads the profile's
   * file, or asks the instance.
   */
  static Supplier<String> ofChain() {
    return remembered(Regions::fromChain);
  }

  static Supplier<String> remembered(Supplier<String> lookup) {
    AtomicReference<@Nullable String> found = new AtomicReference<>();
    return () -> {
      String known = found.get();
      if (known == null) {
        known = lookup.get();
        found.set(known);
      }
      return known;
    };
  }

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
