package dev.forebay.bedrock.translate;

import java.util.Set;

/**
 * A request's body as a model takes it that lacks something.
 *
 * @param body not to be written to
 * @param adaptations what was changed
 */
@SuppressWarnings("ArrayRecordComponent")
public record AdaptedBody(byte[] body, Set<Adaptation> adaptations) {
  public AdaptedBody {
    adaptations = Set.copyOf(adaptations);
  }
}
