package dev.forebay.client;

import dev.forebay.config.GatewayConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a route for a model id that no configuration names: one target, in the region that its
 * client was built for.
 *
 * @param region where it is called; null for that of the client, or the SDK's chain
 * @param endpoint its address; null for Bedrock's in the region
 * @param credentials in the form of the file
 * @param env the environment variables that values may refer to
 */
record AnyModel(
    @Nullable String region,
    @Nullable String endpoint,
    String credentials,
    Map<String, String> env) {
  /** The region of a call. */
  String regionOf(Optional<String> clients) {
    return region != null ? region : clients.orElseGet(Regions::fromChain);
  }

  /** A configuration with that route alone. */
  GatewayConfig route(String modelId, String in) {
    BuiltConfig config = new BuiltConfig();
    String target = config.target(in, modelId, endpoint, credentials);
    config.route(modelId, List.of(List.of(target)), Map.of());
    return config.read(env);
  }

  /** A configuration for all other models of a region together. */
  GatewayConfig others(String in) {
    BuiltConfig config = new BuiltConfig();
    String target = config.target(in, null, endpoint, credentials);
    config.route(GatewayConfig.ANY_MODEL, List.of(List.of(target)), Map.of());
    return config.read(env);
  }
}
