package dev.forebay.client.micrometer;

import dev.forebay.core.Step;
import dev.forebay.core.event.TargetLocation;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an observation of an attempt knows. Its carrier gets the headers by which the target
 * continues the trace, if a handler sets some. Written on the call's threads, one at a time.
 */
public final class AttemptContext extends SenderContext<Map<String, String>> {
  private final Step.Attempt attempt;
  private final TargetLocation place;
  private String outcome = CallConvention.UNKNOWN;

  AttemptContext(Step.Attempt attempt, TargetLocation place) {
    super(AttemptContext::put, Kind.CLIENT);
    this.attempt = attempt;
    this.place = place;
    setCarrier(new LinkedHashMap<>());
    setRemoteServiceName("bedrock");
    if (!place.address().isEmpty()) {
      setRemoteServiceAddress(place.address());
    }
  }

  private static void put(@Nullable Map<String, String> carrier, String key, String value) {
    if (carrier != null) {
      carrier.put(key, value);
    }
  }

  /** The name of the target. */
  public String getTarget() {
    return attempt.target().name();
  }

  /** 1 for the call's first attempt. */
  public int getNumber() {
    return attempt.number();
  }

  /** Where the target is. */
  public TargetLocation getPlace() {
    return place;
  }

  /** How it ended, in a word of a fixed list; {@code unknown} until then. */
  public String getOutcome() {
    return outcome;
  }

  void ended(String label) {
    outcome = label;
  }
}
