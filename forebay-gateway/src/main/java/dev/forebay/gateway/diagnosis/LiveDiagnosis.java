package dev.forebay.gateway.diagnosis;

import dev.forebay.bedrock.RefusalReason;
import dev.forebay.bedrock.model.ModelTable;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.ErrorInfo;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What the error of a smallest call says of its target, and what to do about it. */
final class LiveDiagnosis {
  /**
   * What was found.
   *
   * @param works whether the target can serve calls all the same
   */
  record Finding(boolean works, String text) {}

  static final ErrorInfo NO_ANSWER =
      new ErrorInfo(500, "NoAnswer", "The answer does not come from Bedrock Runtime.");

  private static final int MAX_MESSAGE = 300;

  private static final String INVOKE =
      "allow bedrock:InvokeModel and its siblings, see docs/aws.md";
  private static final String SUBSCRIBE =
      "let an administrator call the model once, or allow aws-marketplace:Subscribe, see"
          + " docs/aws.md";

  private static final Set<String> BAD_CREDENTIALS =
      Set.of(
          "UnrecognizedClientException",
          "InvalidClientTokenId",
          "InvalidSignatureException",
          "SignatureDoesNotMatch",
          "IncompleteSignatureException",
          "IncompleteSignature",
          "MissingAuthenticationTokenException",
          "MissingAuthenticationToken",
          "InvalidToken",
          "OptInRequired");

  private static final Set<String> EXPIRED =
      Set.of("ExpiredTokenException", "ExpiredToken", "RequestExpired");

  private LiveDiagnosis() {}

  /** Whether only CountTokens is refused: other calls of the model may work. */
  static boolean isAboutCounting(ErrorInfo error) {
    String message = error.message().toLowerCase(Locale.ROOT);
    boolean counting = message.contains("count") && message.contains("token");
    boolean unknownOperation = error.type().equals("UnknownOperationException");
    RefusalReason reason = RefusalReason.of(error);
    boolean namesTheModel =
        reason == RefusalReason.UNKNOWN_MODEL
            || reason == RefusalReason.ON_DEMAND
            || reason == RefusalReason.PROFILE;
    return (counting && error.status() < 500)
        || unknownOperation
        || (error.status() == 400 && !namesTheModel);
  }

  static Finding of(ErrorInfo error, TargetConfig target) {
    if (error.status() == 429) {
      return new Finding(
          true,
          "name, certificate and credentials are right; throttled just now (%s)"
              .formatted(quoted(error)));
    }
    if (error.status() >= 500) {
      return error.equals(NO_ANSWER)
          ? wrong(
              "the answer does not come from Bedrock Runtime",
              "check the endpoint: https://bedrock-runtime.REGION.amazonaws.com")
          : wrong("the service fails: " + quoted(error), "try again; see the region's health");
    }
    if (EXPIRED.contains(error.type())) {
      return wrong("the credentials have expired (%s)".formatted(error.type()), "renew them");
    }
    if (BAD_CREDENTIALS.contains(error.type())) {
      // Messages about signatures may repeat signed headers, a session token among them.
      return wrong(
          "the credentials are refused (%s)".formatted(error.type()),
          "check the access key, its secret and token, the region, and this machine's clock");
    }
    return refused(error, target);
  }

  private static Finding refused(ErrorInfo error, TargetConfig target) {
    String model = target.model().orElse("the model");
    return switch (RefusalReason.of(error)) {
      case UNKNOWN_MODEL ->
          wrong(
              "there is no model '%s' in %s (%s)".formatted(model, target.region(), quoted(error)),
              meant(model)
                  .map("did you mean '%s'?"::formatted)
                  .orElse("check the id and the region: aws bedrock list-foundation-models"));
      case ON_DEMAND, PROFILE ->
          wrong(
              "'%s' can be called by an inference profile only (%s)"
                  .formatted(model, quoted(error)),
              "use a profile of the region such as '%s': aws bedrock list-inference-profiles"
                  .formatted(profile(model, target.region())));
      case REGION ->
          wrong(
              "'%s' is not offered in %s (%s)".formatted(model, target.region(), quoted(error)),
              "use another region or an inference profile");
      case NOT_AUTHORIZED, OPERATION -> denied(error, model);
      case END_OF_LIFE, LEGACY ->
          wrong(
              "'%s' is not offered any more (%s)".formatted(model, quoted(error)),
              "use a newer model");
      case SUBSCRIPTION ->
          wrong(
              "the account has no subscription to '%s' (%s)".formatted(model, quoted(error)),
              SUBSCRIBE);
      case USE_CASE ->
          wrong(
              "the account may not use '%s' yet (%s)".formatted(model, quoted(error)),
              "submit the use case details in the Bedrock console, see docs/aws.md");
      case ACCOUNT, DATA_RETENTION ->
          wrong(
              "the account may not use '%s' (%s)".formatted(model, quoted(error)),
              "see model access in the Bedrock console of that account and region");
      default ->
          switch (error.status()) {
            case 401, 403 -> denied(error, model);
            case 404 ->
                wrong(
                    "not found (%s)".formatted(quoted(error)),
                    "check the model's id, the region and the endpoint");
            case 400 ->
                new Finding(
                    true,
                    "name, certificate and credentials are right; the smallest call does not fit"
                        + " the model (%s)".formatted(quoted(error)));
            default -> wrong("it answered " + quoted(error), "check the endpoint");
          };
    };
  }

  /** Either the account has no access to the model, or a policy denies the caller. */
  private static Finding denied(ErrorInfo error, String model) {
    String message = error.message().toLowerCase(Locale.ROOT);
    if (message.contains("access to the model")) {
      return wrong(
          "the account has no access to '%s' (%s)".formatted(model, quoted(error)),
          "request it under model access in the Bedrock console of that account and region");
    }
    return wrong(
        "access is denied (%s)".formatted(quoted(error)),
        message.contains("service control policy")
            ? "the organization denies it: ask its administrators"
            : message.contains("aws-marketplace") ? SUBSCRIBE : INVOKE);
  }

  static String timedOut(String host, Duration patience) {
    return text(
        "%s did not answer in %d s".formatted(host, patience.toSeconds()),
        "check the network, the proxy, and security groups of private endpoints");
  }

  static String noCredentials(String why) {
    return text(why, "configure the target's credentials");
  }

  static String unreachable(String host, String region, String why) {
    String remedy =
        why.contains("name not found")
            ? EndpointWarnings.unknown(region)
                .map(meant -> EndpointWarnings.noRegion(region) + ": " + meant)
                .orElse("check the endpoint's name, and DNS")
            : why.contains("certificate")
                ? "check the endpoint's name, and ca or AWS_CA_BUNDLE"
                : "check the endpoint, the network and the proxy";
    return text("could not connect to %s: %s".formatted(host, why), remedy);
  }

  static boolean hasMember(Buffer body, String member) {
    try {
      return new JsonObject(body).containsKey(member);
    } catch (DecodeException | ClassCastException e) {
      return false;
    }
  }

  private static Optional<String> meant(String model) {
    String meant = new ModelNames(ModelTable.builtIn().beginnings()).meant(model);
    return meant.equals(model) ? Optional.empty() : Optional.of(meant);
  }

  /** The profile of the region's geography, by its usual name. */
  private static String profile(String model, String region) {
    String geography =
        region.startsWith("us-gov-")
            ? "us-gov"
            : region.startsWith("ap-") ? "apac" : region.substring(0, region.indexOf('-'));
    return Set.of("us", "us-gov", "eu", "apac", "ca").contains(geography)
        ? geography + "." + ModelTable.baseId(model)
        : "global." + ModelTable.baseId(model);
  }

  private static Finding wrong(String what, String remedy) {
    return new Finding(false, text(what, remedy));
  }

  private static String text(String what, String remedy) {
    return what + "; " + remedy;
  }

  private static String quoted(ErrorInfo error) {
    String line = error.message().strip().replaceAll("\\s+", " ");
    String bounded =
        line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE - 3) + "...";
    return error.label() + ": " + bounded;
  }
}
