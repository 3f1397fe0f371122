package dev.forebay.engine.route;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a model id, a profile or an ARN can be called in a region, as far as its name shows. */
public final class ProfileRegion {
  /** A profile is the geography and a model's id, which begins with its provider. */
  private static final Pattern PROFILE =
      Pattern.compile("^(?:.*/)?(us-gov|us|eu|apac|ap|jp|au|ca|global)\\.[a-z0-9-]+\\..+");

  private static final Pattern ARN =
      Pattern.compile("arn:[a-z-]+:bedrock:([a-z0-9-]+):.*", Pattern.DOTALL);

  private static final String GOV = "us-gov-";

  /** The regions that can call a geography's profiles, by the beginnings of their names. */
  private static final Map<String, List<String>> CALLERS =
      Map.of(
          "us", List.of("us-", "ca-"),
          "us-gov", List.of(GOV),
          "eu", List.of("eu-"),
          "apac", List.of("ap-"),
          "ap", List.of("ap-"),
          "jp", List.of("ap-northeast-"),
          "au", List.of("ap-southeast-"),
          "ca", List.of("ca-"));

  /** Regions elsewhere are not judged: which profiles they can call follows from no name. */
  private static final List<String> JUDGED = List.of("us-", "eu-", "ap-", "ca-");

  private ProfileRegion() {}

  /** What is wrong, in words that follow the model's name; empty if nothing is. */
  public static Optional<String> problem(String model, String region) {
    Matcher arn = ARN.matcher(model);
    if (arn.matches() && !arn.group(1).equals(region)) {
      return Optional.of("is in " + arn.group(1) + ", the target in " + region);
    }
    Matcher profile = PROFILE.matcher(model);
    if (!profile.matches() || JUDGED.stream().noneMatch(region::startsWith)) {
      return Optional.empty();
    }
    String geography = profile.group(1);
    return isCallable(geography, region)
        ? Optional.empty()
        : Optional.of("is a profile for the geography " + geography + ", not for " + region);
  }

  private static boolean isCallable(String geography, String region) {
    if (region.startsWith(GOV)) {
      return geography.equals("us-gov");
    }
    List<String> callers = CALLERS.get(geography);
    return callers == null || callers.stream().anyMatch(region::startsWith);
  }
}
