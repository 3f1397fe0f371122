package dev.forebay.client.micrometer;

import dev.forebay.core.event.CallOrigin;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * What an observation of a call knows. A {@code GlobalObservationConvention} may make other keys of
 * it. Written on the call's threads, one at a time.
 */
public final class CallContext extends Observation.Context {
  private final CallOrigin origin;
  private String route = CallConvention.UNKNOWN;
  private String priority = CallConvention.UNKNOWN;
  private String answer = CallConvention.UNKNOWN;
  private String errorType = ErrorTypes.NONE;
  private String model = CallConvention.UNKNOWN;
  private @Nullable String target;
  private int attempts;

  CallContext(CallOrigin origin) {
    this.origin = origin;
  }

  /** How the call came. */
  public CallOrigin getOrigin() {
    return origin;
  }

  /** The name of its route; {@code unknown} until the first event. */
  public String getRoute() {
    return route;
  }

  /** The label of its priority; {@code unknown} until the first event. */
  public String getPriority() {
    return priority;
  }

  /** How it ended, see {@link CallConvention}; {@code unknown} until then. */
  public String getAnswer() {
    return answer;
  }

  /** The error that its caller got; {@code none} without one. */
  public String getErrorType() {
    return errorType;
  }

  /** The model of the target that answered; {@code unknown} without one. */
  public String getModel() {
    return model;
  }

  /** The target that answered; null without one. */
  public @Nullable String getTarget() {
    return target;
  }

  /** How many attempts were made. */
  public int getAttempts() {
    return attempts;
  }

  void routed(String name, String priorityLabel) {
    route = name;
    priority = priorityLabel;
  }

  void answeredBy(String name, String itsModel) {
    target = name;
    model = itsModel;
  }

  void ended(CallEnd end, int inAttempts) {
    answer = end.answer();
    errorType = end.errorType();
    attempts = inAttempts;
  }
}
