package dev.forebay.client.micrometer;

import dev.forebay.core.telemetry.CallSpans;
import dev.forebay.core.telemetry.GenAiNames;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * How a call is named: {@code forebay.call}, in traces {@code invoke_bedrock}. Of low cardinality
 * are {@code route}, {@code model} (of the target that answered), {@code answer} ({@code primary},
 * {@code fallback}, {@code cached}, {@code stale}, {@code canned}, {@code refused}, {@code
 * interrupted}, {@code cancelled}) and {@code error.type}. Of high cardinality are {@code
 * gen_ai.request.model} (as it was asked for), {@code target}, {@code forebay.priority} and {@code
 * forebay.attempts}.
 */
public final class CallConvention implements ObservationConvention<CallContext> {
  static final String UNKNOWN = "unknown";

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof CallContext;
  }

  @Override
  public String getName() {
    return "forebay.call";
  }

  @Override
  public String getContextualName(CallContext context) {
    return CallSpans.NAME;
  }

  @Override
  public KeyValues getLowCardinalityKeyValues(CallContext context) {
    return KeyValues.of(
        KeyValue.of(CallSpans.ROUTE, context.getRoute()),
        KeyValue.of("model", context.getModel()),
        KeyValue.of(CallSpans.ANSWER, context.getAnswer()),
        KeyValue.of(GenAiNames.ERROR_TYPE, context.getErrorType()));
  }

  @Override
  public KeyValues getHighCardinalityKeyValues(CallContext context) {
    String target = context.getTarget();
    return KeyValues.of(
        KeyValue.of(GenAiNames.REQUEST_MODEL, context.getOrigin().model()),
        KeyValue.of(CallSpans.TARGET, target == null ? UNKNOWN : target),
        KeyValue.of("forebay.priority", context.getPriority()),
        KeyValue.of("forebay.attempts", String.valueOf(context.getAttempts())));
  }
}
