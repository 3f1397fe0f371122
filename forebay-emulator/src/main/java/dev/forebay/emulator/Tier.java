package dev.forebay.emulator;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The service tier that a request names: InvokeModel in a header, Converse in its body. It changes
 * neither speed nor quota, as on-demand quotas are shared by all tiers.
 */
final class Tier {
  static final String HEADER = "X-Amzn-Bedrock-Service-Tier";

  /** The tiers that there are. */
  static final Set<String> ALL = Set.of("priority", "default", "flex", "reserved");

  private Tier() {}

  /** The tier's name; empty if the request names none. */
  static String of(Operation operation, Head head, @Nullable JsonNode body) {
    if (operation == Operation.COUNT_TOKENS || body == null) {
      return "";
    }
    if (!operation.converses()) {
      return head.serviceTier() == null ? "" : head.serviceTier();
    }
    return body.path("serviceTier").path("type").asString("");
  }

  /** Refuses a tier that there is not, or that the model does not have. */
  static void check(String tier, ModelConfig model) {
    if (!tier.isEmpty() && !model.serviceTiers().contains(tier)) {
      String message =
          !ALL.contains(tier)
              ? "The service tier is invalid."
              : tier.equals("reserved")
                  ? "Reservation not found."
                  : "The provided service tier is not supported for this model.";
      throw new RefusedException(ErrorType.VALIDATION, message);
    }
  }
}
