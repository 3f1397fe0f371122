package dev.forebay.config;

import dev.forebay.core.Target;
import dev.forebay.core.event.TargetLocation;
import java.net.URI;
import java.util.Optional;

/**
 * How one target is reached.
 *
 * @param target what policies know of it
 * @param model the model or inference profile that is called there; empty: the one the caller asked
 *     for
 * @param endpoint without a query; Bedrock's own in the region by default
 * @param serviceTier the tier of its requests; empty: the one the caller asked for
 * @param wire what requests carry, and how connections are made
 */
public record TargetConfig(
    Target target,
    String region,
    Optional<String> model,
    URI endpoint,
    Credentials credentials,
    Optional<ServiceTier> serviceTier,
    WireConfig wire) {
  /** One with the usual connections. */
  public TargetConfig(
      Target target,
      String region,
      Optional<String> model,
      URI endpoint,
      Credentials credentials,
      Optional<ServiceTier> serviceTier) {
    this(target, region, model, endpoint, credentials, serviceTier, WireConfig.DEFAULTS);
  }

  /** By the name alone: connections are looked up by this for each attempt. */
  @Override
  public int hashCode() {
    return target.name().hashCode();
  }

  /** Where it is, for listeners. */
  public TargetLocation place() {
    int usual = endpoint.getScheme().equals("https") ? 443 : 80;
    int port = endpoint.getPort() >= 0 ? endpoint.getPort() : usual;
    return new TargetLocation(region, model.orElse("*"), endpoint.getHost(), port);
  }

  static URI endpointOf(String region) {
    String domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    return URI.create("https://bedrock-runtime." + region + "." + domain);
  }
}
