package dev.forebay.client;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Where a client of the SDK would send its requests without Forebay.
 *
 * @param address scheme, host, the port if it is not the usual one, and the path if it has one
 * @param region empty if neither the client nor the address says it
 * @param ofBedrock whether it is a public endpoint of Bedrock; else the program has set it: a
 *     private endpoint, a proxy, an emulator
 * @param credentials the number of the client's own, see {@link ClientCredentials}
 */
record ClientEndpoint(
    String address, Optional<String> region, boolean ofBedrock, String credentials) {
  /** Carries the region of a client whose endpoint's name has none. */
  static final String REGION_HEADER = "x-forebay-client-region";

  private static final String BEDROCK = "bedrock-runtime";
  private static final String AWS = "amazonaws.";

  static ClientEndpoint of(SdkHttpRequest request) {
    String region = regionIn(request.host());
    return new ClientEndpoint(
        address(request.protocol(), request.host(), request.port()),
        region == null ? request.firstMatchingHeader(REGION_HEADER) : Optional.of(region),
        region != null,
        request.firstMatchingHeader(ClientCredentials.HEADER).orElse(ClientCredentials.NONE));
  }

  /** The same where operations begin below a path, as behind a proxy. */
  ClientEndpoint below(String path) {
    return new ClientEndpoint(address + path, region, ofBedrock, credentials);
  }

  /** Whether a target has the same address. */
  boolean isOf(URI target) {
    String path = target.getRawPath() == null ? "" : target.getRawPath();
    return address.equals(
        address(target.getScheme(), target.getHost(), target.getPort())
            + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path));
  }

  private static String address(String scheme, String host, int port) {
    boolean usual = port < 0 || port == (scheme.equals("https") ? 443 : 80);
    return usual ? scheme + "://" + host : scheme + "://" + host + ":" + port;
  }

  /**
   * The region in {@code bedrock-runtime.REGION.amazonaws.com}, with -fips or of another partition;
   * null if the host is none of them.
   */
  static @Nullable String regionIn(String host) {
    int region = host.startsWith(BEDROCK) ? host.indexOf('.') + 1 : 0;
    int domain = region == 0 ? 0 : host.indexOf('.', region) + 1;
    return domain > 0 && host.startsWith(AWS, domain) ? host.substring(region, domain - 1) : null;
  }
}
