package dev.forebay.client;

import dev.forebay.config.GatewayConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a route for a model id that no configuration names: one target, in the region and at the
 * endpoint that its client was built for.
 *
 * @param region where it is called; null for that of the client, or the SDK's chain
 * @param endpoint its address; null for that of the client, or Bedrock's in the region
 * @param credentials in the form of the file
 * @param env the environment variables that values may refer to
 */
record AnyModel(
    @Nullable String region,
    @Nullable String endpoint,
    String credentials,
    Map<String, String> env) {
  /** The place itself is not what is checked. */
  private static final String ANY_REGION = "us-east-1";

  /**
   * Where a call goes.
   *
   * @param endpoint null for Bedrock's in the region
   * @param credentials the number of the client's own; {@link ClientCredentials#NONE} for those of
   *     all
   */
  record Place(String region, @Nullable String endpoint, String credentials) {}

  /**
   * Where a call goes.
   *
   * @param named the region of what the call names, if it names something that lives in one
   * @param client what it comes from; empty if no client makes it
   * @param ownCredentials the number of the client's own
   * @param usual the region where none is set
   */
  Place placeOf(
      Optional<String> named,
      Optional<ClientEndpoint> client,
      String ownCredentials,
      Supplier<String> usual) {
    String in =
        region != null
            ? region
            : named.or(() -> client.flatMap(ClientEndpoint::region)).orElseGet(usual);
    if (endpoint != null) {
      return new Place(in, endpoint, ownCredentials);
    }
    // Another region than the client's makes its public endpoint the wrong one.
    return new Place(
        in,
        client
            .filter(own -> !own.ofBedrock() || own.region().equals(Optional.of(in)))
            .map(ClientEndpoint::address)
            .orElse(null),
        ownCredentials);
  }

  /**
   * Refuses what no place would make right: else it would fail with the first call.
   *
   * @throws IllegalArgumentException with every problem that was found
   */
  AnyModel checked() {
    others(new Place(region == null ? ANY_REGION : region, endpoint, ClientCredentials.NONE));
    return this;
  }

  /** A configuration with that route alone. */
  GatewayConfig route(String modelId, Place in) {
    BuiltConfig config = new BuiltConfig();
    String target = target(config, modelId, in);
    config.route(modelId, List.of(List.of(target)), Map.of());
    return config.read(env);
  }

  /** A configuration for all other models of a place together. */
  GatewayConfig others(Place in) {
    BuiltConfig config = new BuiltConfig();
    String target = target(config, null, in);
    config.route(GatewayConfig.ANY_MODEL, List.of(List.of(target)), Map.of());
    return config.read(env);
  }

  /** What is learned with a client's own credentials is not learned of another account. */
  private String target(BuiltConfig config, @Nullable String modelId, Place in) {
    boolean own = !in.credentials().equals(ClientCredentials.NONE);
    return config.target(
        in.region(),
        modelId,
        in.endpoint(),
        own ? ForebayBuilder.DEFAULT_CREDENTIALS : credentials,
        own ? "#" + in.credentials() : "");
  }
}
