package dev.forebay.client;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Where a client of the SDK would send its requests without Forebay.
 *
 * @param address without a path
 * @param region empty if neither the client nor the address says it
 * @param ofBedrock whether it is a public endpoint of Bedrock; else the program has set it: a
 *     private endpoint, a proxy, an emulator
 */
record ClientEndpoint(URI address, Optional<String> region, boolean ofBedrock) {
  /** Carries the region of a client whose endpoint's name has none. */
  static final String REGION_HEADER = "x-forebay-client-region";

  private static final String BEDROCK = "bedrock-runtime";

  static ClientEndpoint of(SdkHttpRequest request) {
    String host = request.host();
    String region = regionIn(host);
    boolean usualPort = request.port() == ("https".equals(request.protocol()) ? 443 : 80);
    URI address =
        URI.create(request.protocol() + "://" + host + (usualPort ? "" : ":" + request.port()));
    return region != null
        ? new ClientEndpoint(address, Optional.of(region), true)
        : new ClientEndpoint(address, request.firstMatchingHeader(REGION_HEADER), false);
  }

  /** Whether a target has the same address. */
  boolean isOf(URI target) {
    return target.getScheme().equals(address.getScheme())
        && target.getHost().equalsIgnoreCase(address.getHost())
        && target.getPort() == address.getPort();
  }

  /**
   * The region in {@code bedrock-runtime.REGION.amazonaws.com}, with -fips or of another partition;
   * null if the host is none of them.
   */
  static @Nullable String regionIn(String host) {
    if (!host.startsWith(BEDROCK)) {
      return null;
    }
    String[] labels = host.split("\\.", 4);
    return labels.length == 4 && labels[2].equals("amazonaws") ? labels[1] : null;
  }
}
