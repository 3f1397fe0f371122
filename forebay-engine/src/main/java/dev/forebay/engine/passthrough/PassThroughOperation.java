package dev.forebay.engine.passthrough;

import dev.forebay.engine.route.OperationTarget;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An operation of Bedrock Runtime that is not a call of a model: on guardrails, or on invocations
 * that the service makes by itself.
 *
 * @param rawPath as it was sent, without its query
 * @param region where what it names lives, if its name shows it
 */
public record PassThroughOperation(
    Kind kind, String method, String rawPath, Optional<String> region) {
  /** What is done. */
  public enum Kind {
    APPLY_GUARDRAIL(OperationTarget.GUARDRAILS, "apply-guardrail"),
    GUARDRAIL_CHECKS(OperationTarget.GUARDRAILS, "invoke-guardrail-checks"),
    START_ASYNC_INVOKE(OperationTarget.ASYNC_INVOKE, "start-async-invoke"),
    GET_ASYNC_INVOKE(OperationTarget.ASYNC_INVOKE, "get-async-invoke"),
    LIST_ASYNC_INVOKES(OperationTarget.ASYNC_INVOKE, "list-async-invokes"),

    /** One that Forebay does not know. */
    OTHER(OperationTarget.OTHERS, "other");

    private final String group;
    private final String label;

    Kind(String group, String label) {
      this.group = group;
      this.label = label;
    }

    /** Operations of one group fail together: its circuit, and its name in metrics. */
    public String group() {
      return group;
    }

    public String label() {
      return label;
    }
  }

  private static final Pattern APPLY = Pattern.compile("/guardrail/([^/]+)/version/[^/]+/apply");
  private static final Pattern GET = Pattern.compile("/async-invoke/([^/]+|arn:[^/]+/[^/]+)");
  private static final Pattern DOTS = Pattern.compile("(^|/)\\.{1,2}(/|$)");
  private static final Pattern ARN_REGION = Pattern.compile("arn:aws[a-z-]*:bedrock:([a-z0-9-]+):");

  /** Finds an operation by its raw path; empty if it is none of these. */
  public static Optional<PassThroughOperation> parse(String method, String rawPath) {
    boolean maybe = rawPath.startsWith("/guardrail") || rawPath.startsWith("/async-invoke");
    if (!maybe || DOTS.matcher(rawPath).find()) {
      return Optional.empty();
    }
    boolean post = method.equals("POST");
    boolean get = method.equals("GET");
    if (rawPath.equals("/async-invoke") && (post || get)) {
      Kind kind = post ? Kind.START_ASYNC_INVOKE : Kind.LIST_ASYNC_INVOKES;
      return Optional.of(new PassThroughOperation(kind, method, rawPath, Optional.empty()));
    }
    if (rawPath.equals("/guardrail-checks/invoke") && post) {
      return Optional.of(
          new PassThroughOperation(Kind.GUARDRAIL_CHECKS, method, rawPath, Optional.empty()));
    }
    Matcher apply = APPLY.matcher(rawPath);
    if (post && apply.matches()) {
      return Optional.of(
          new PassThroughOperation(Kind.APPLY_GUARDRAIL, method, rawPath, region(apply.group(1))));
    }
    Matcher invocation = GET.matcher(rawPath);
    return get && invocation.matches()
        ? Optional.of(
            new PassThroughOperation(
                Kind.GET_ASYNC_INVOKE, method, rawPath, region(invocation.group(1))))
        : Optional.empty();
  }

  /** One of a newer SDK; empty if its path could lead elsewhere. */
  public static Optional<PassThroughOperation> other(String method, String rawPath) {
    return DOTS.matcher(rawPath).find()
        ? Optional.empty()
        : Optional.of(new PassThroughOperation(Kind.OTHER, method, rawPath, Optional.empty()));
  }

  private static Optional<String> region(String rawName) {
    Matcher arn = ARN_REGION.matcher(rawName.replace("%3A", ":").replace("%3a", ":"));
    return arn.lookingAt() ? Optional.of(arn.group(1)) : Optional.empty();
  }
}
