package dev.forebay.gateway.call;

import dev.forebay.config.GatewayConfig;
import dev.forebay.gateway.live.QueueReading;

/** The durable queue, as far as calls under way have to do with it. */
public interface QueueLink {
  /** There is none. */
  QueueLink NONE =
      new QueueLink() {
        @Override
        public QueueReading reading() {
          return QueueReading.NONE;
        }

        @Override
        public void follow(GatewayConfig config) {}
      };

  /** The queue as it was seen last. */
  QueueReading reading();

  /** Another configuration is in force. */
  void follow(GatewayConfig config);
}
