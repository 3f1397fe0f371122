package dev.forebay.bedrock;

import java.util.Optional;

/**
 * A request path of the form {@code /model/{modelId}/{operation}}.
 *
 * <p>SDKs send the id as one percent-encoded segment, people with curl send {@code :} and the
 * {@code /} of an ARN as they are. So the path is split while it is raw, and the id decoded after:
 * an id decoded first would bring slashes of its own.
 *
 * @param rawModelId the id as it was sent
 * @param modelId the id decoded: visible ASCII, 1 to 2,048 characters
 */
public record ModelPath(Operation operation, String rawModelId, String modelId) {
  /** The longest model id that Bedrock takes. */
  public static final int MAX_ID_LENGTH = 2048;

  private static final String PREFIX = "/model/";

  /**
   * Splits a raw path, without its query.
   *
   * @return empty if the path is not one of a model operation, or its id cannot be one: malformed
   *     escapes, nothing, too much, anything but visible ASCII, a dot segment, or a slash outside
   *     an ARN
   */
  public static Optional<ModelPath> parse(String rawPath) {
    int end = rawPath.lastIndexOf('/');
    if (!rawPath.startsWith(PREFIX) || end < PREFIX.length()) {
      return Optional.empty();
    }
    String rawId = rawPath.substring(PREFIX.length(), end);
    return Operation.ofSuffix(rawPath.substring(end + 1))
        .flatMap(
            operation ->
                PercentCode.decode(rawId, MAX_ID_LENGTH)
                    .filter(id -> isModelId(id, rawId))
                    .map(id -> new ModelPath(operation, rawId, id)));
  }

  /** The path as an SDK sends it: the id percent-encoded as one segment. */
  public static String format(Operation operation, String modelId) {
    return PREFIX + PercentCode.encode(modelId) + '/' + operation.suffix();
  }

  private static boolean isModelId(String id, String rawId) {
    boolean dots = id.equals(".") || id.equals("..");
    boolean straySlash = rawId.indexOf('/') >= 0 && !id.startsWith("arn:");
    return !id.isEmpty() && !dots && !straySlash;
  }
}
