package dev.forebay.client;

import dev.forebay.config.ConfigException;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A configuration that a program builds: the same tree of keys as in a file, read by the same
 * reader, so that defaults, checks and messages are the same.
 */
final class BuiltConfig {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Map<String, Map<String, Object>> targets = new LinkedHashMap<>();
  private final Map<String, Object> routes = new LinkedHashMap<>();

  /** The target of a model in a region; the same one for all routes. */
  String target(
      String region, @Nullable String model, @Nullable String endpoint, String credentials) {
    return target(region, model, endpoint, credentials, "");
  }

  /** The same with an addition to its name. */
  String target(
      String region,
      @Nullable String model,
      @Nullable String endpoint,
      String credentials,
      String addition) {
    String name = (model == null ? region : region + "/" + model) + addition;
    Map<String, Object> target = new LinkedHashMap<>();
    target.put("region", region);
    if (model != null) {
      target.put("model", literal(model));
    }
    if (endpoint != null) {
      target.put("endpoint", endpoint);
    }
    target.put("credentials", credentials);
    targets.put(name, target);
    return name;
  }

  /**
   * A text as the file's reader takes it for itself: in a file it may refer to the environment, and
   * a model id from a program's input must not.
   */
  static String literal(String text) {
    return text.replace("${", "$${");
  }

  /** Adds to what is known of a target. */
  void set(String target, String key, Object value) {
    Map<String, Object> known = targets.get(target);
    if (known != null) {
      known.put(key, value);
    }
  }

  /** A route with its tiers of targets, and its other keys. */
  void route(String modelId, List<List<String>> tiers, Map<String, Object> more) {
    Map<String, Object> route = new LinkedHashMap<>();
    route.put(
        "tiers",
        tiers.stream().map(tier -> tier.stream().map(BuiltConfig::literal).toList()).toList());
    route.putAll(more);
    routes.put(modelId, route);
  }

  boolean isEmpty() {
    return routes.isEmpty();
  }

  /**
   * The configuration, as if it were read from a file.
   *
   * @param env the environment variables that values may refer to
   * @throws IllegalArgumentException with every problem that was found
   */
  GatewayConfig read(Map<String, String> env) {
    String text = JSON.writeValueAsString(Map.of("targets", targets, "routes", routes));
    try {
      return ConfigFile.parse(text, "Forebay.builder()", env);
    } catch (ConfigException e) {
      List<String> problems = new ArrayList<>();
      for (Problem problem : e.problems()) {
        problems.add(
            "Forebay.builder(): %s: %s; %s"
                .formatted(problem.path(), problem.message(), problem.remedy()));
      }
      throw new IllegalArgumentException(problems.stream().collect(Collectors.joining("\n")), e);
    }
  }
}
