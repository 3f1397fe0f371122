package dev.forebay.gateway.diagnosis;

import dev.forebay.config.Nearest;
import dev.forebay.config.TargetConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.regions.Region;

/** What is wrong with a target's region and endpoint, as far as their names show. */
final class EndpointWarnings {
  /** Of a target: the key that it is about, what is wrong, and what to do. */
  record Finding(String key, String message, String remedy) {}

  private static final String REGION = "region";
  private static final String ENDPOINT = "endpoint";

  /**
   * Behind an endpoint that is not AWS's a region may have any name, but not one that is mistyped.
   */
  private static final String MEANT = "did you mean";

  /** Of several that are equally near the first one is named. */
  private static final List<String> USUAL =
      List.of("us-east-1", "us-west-2", "us-east-2", "eu-central-1", "eu-west-1", "ap-northeast-1");

  /** Hosts of AWS, private endpoints included: all partitions' domains. */
  private static final Pattern AWS =
      Pattern.compile(
          ".*\\.(amazonaws\\.com(\\.cn)?|api\\.aws|api\\.amazonwebservices\\.com\\.cn)");

  /** The region in a host of Bedrock Runtime. */
  private static final Pattern REGION_IN_HOST =
      Pattern.compile("(?:.*\\.)?bedrock-runtime(?:-fips)?\\.([a-z0-9-]+)\\..*");

  /** Hosts of Bedrock that take no model calls of this API. */
  private static final Pattern OTHER_API =
      Pattern.compile(
          "(?:.*\\.)?(bedrock|bedrock-agent|bedrock-agent-runtime)(-fips)?\\.[a-z0-9-]+\\..*");

  private EndpointWarnings() {}

  static List<Finding> of(TargetConfig target) {
    List<Finding> found = new ArrayList<>();
    URI endpoint = target.endpoint();
    String host = endpoint.getHost().toLowerCase(Locale.ROOT);
    boolean aws = AWS.matcher(host).matches();
    unknown(target.region())
        .filter(remedy -> aws || remedy.startsWith(MEANT))
        .ifPresent(remedy -> found.add(new Finding(REGION, noRegion(target.region()), remedy)));
    if (!aws) {
      return found;
    }
    if (endpoint.getScheme().equals("http")) {
      found.add(
          new Finding(
              ENDPOINT,
              "plain HTTP to AWS: requests, answers and signatures would go unencrypted",
              "begin it with https://"));
    }
    Matcher regional = REGION_IN_HOST.matcher(host);
    if (regional.matches() && !regional.group(1).equals(target.region())) {
      found.add(
          new Finding(
              ENDPOINT,
              "is in %s, and requests are signed for %s, which AWS refuses"
                  .formatted(regional.group(1), target.region()),
              "use one region for both"));
    }
    if (OTHER_API.matcher(host).matches()) {
      found.add(
          new Finding(
              ENDPOINT,
              "is not the endpoint of Bedrock Runtime, which takes the model calls",
              "use https://bedrock-runtime.%s.amazonaws.com, or leave it out"
                  .formatted(target.region())));
    }
    return found;
  }

  static String noRegion(String region) {
    return "there is no region '%s' that is known".formatted(region);
  }

  /** What to do about a region that is not known; empty if it is. */
  static Optional<String> unknown(String region) {
    List<String> known =
        Stream.concat(
                USUAL.stream(),
                Region.regions().stream().filter(each -> !each.isGlobalRegion()).map(Region::id))
            .distinct()
            .toList();
    return known.contains(region)
        ? Optional.empty()
        : Optional.of(
            Nearest.closest(region, known)
                .map(near -> MEANT + " '" + near + "'?")
                .orElse("use one that offers Bedrock, such as us-east-1"));
  }
}
