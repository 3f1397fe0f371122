package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.model.Feature;
import java.util.Set;

/**
 * What models turned out to lack, beyond what is known of them: by a model's id, or by what {@link
 * #CONVERSATION} begins where it concerns one conversation alone.
 */
public interface MissingFeatures {
  /** What the name of a conversation begins with. */
  String CONVERSATION = "conversation ";

  /** None is kept. */
  MissingFeatures NONE =
      new MissingFeatures() {
        @Override
        public Set<Feature> of(String subject) {
          return Set.of();
        }

        @Override
        public void learn(String subject, Set<Feature> lacks) {}

        @Override
        public boolean ofConversations() {
          return false;
        }
      };

  /** What is missing there. */
  Set<Feature> of(String subject);

  /** Keeps what is missing there, for some time. */
  void learn(String subject, Set<Feature> lacks);

  /** Whether any is kept that concerns one conversation with a model alone. */
  boolean ofConversations();
}
