package dev.forebay.gateway.live;

import java.util.List;
import java.util.Map;

/**
 * What the rest of the gateway says of itself at one moment.
 *
 * @param calls under way
 * @param configRefused what is wrong with the configuration file; empty if it is in force
 * @param afterRestart the keys whose values in the file take effect at the next start
 * @param connectionErrors why targets could not be reached in the last minute, by their names
 */
public record GatewayReading(
    QueueReading queue,
    int calls,
    List<String> configRefused,
    List<String> afterRestart,
    Map<String, String> connectionErrors) {
  /** A gateway without a queue, with the file's configuration, and without calls. */
  public static final GatewayReading IDLE =
      new GatewayReading(QueueReading.NONE, 0, List.of(), List.of(), Map.of());

  public GatewayReading {
    configRefused = List.copyOf(configRefused);
    afterRestart = List.copyOf(afterRestart);
    connectionErrors = Map.copyOf(connectionErrors);
  }
}
