package dev.forebay.gateway.live;

import java.util.List;

/**
 * What the rest of the gateway says of itself at one moment.
 *
 * @param calls under way
 * @param configRefused what is wrong with the configuration file; empty if it is in force
 * @param afterRestart the keys whose values in the file take effect at the next start
 */
public record GatewayReading(
    QueueReading queue, int calls, List<String> configRefused, List<String> afterRestart) {
  /** A gateway without a queue, with the file's configuration, and without calls. */
  public static final GatewayReading IDLE =
      new GatewayReading(QueueReading.NONE, 0, List.of(), List.of());

  public GatewayReading {
    configRefused = List.copyOf(configRefused);
    afterRestart = List.copyOf(afterRestart);
  }
}
