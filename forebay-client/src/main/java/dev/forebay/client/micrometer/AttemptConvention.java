package dev.forebay.client.micrometer;

import dev.forebay.core.telemetry.CallSpans;
import dev.forebay.core.telemetry.GenAiNames;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * How an attempt is named: {@code forebay.attempt}, in traces {@code attempt TARGET}. Of low
 * cardinality are {@code target}, {@code model} ({@code *} for whichever is asked for) and {@code
 * outcome} ({@code succeeded}, {@code throttled}, {@code unavailable}, ...). Of high cardinality
 * are {@code forebay.attempt}, {@code server.address} and {@code cloud.region}.
 */
public final class AttemptConvention implements ObservationConvention<AttemptContext> {
  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof AttemptContext;
  }

  @Override
  public String getName() {
    return "forebay.attempt";
  }

  @Override
  public String getContextualName(AttemptContext context) {
    return "attempt " + context.getTarget();
  }

  @Override
  public KeyValues getLowCardinalityKeyValues(AttemptContext context) {
    return KeyValues.of(
        KeyValue.of(CallSpans.TARGET, context.getTarget()),
        KeyValue.of("model", context.getPlace().model()),
        KeyValue.of(CallSpans.OUTCOME, context.getOutcome()));
  }

  @Override
  public KeyValues getHighCardinalityKeyValues(AttemptContext context) {
    return KeyValues.of(
        KeyValue.of("forebay.attempt", String.valueOf(context.getNumber())),
        KeyValue.of(GenAiNames.SERVER_ADDRESS, context.getPlace().address()),
        KeyValue.of(GenAiNames.CLOUD_REGION, context.getPlace().region()));
  }
}
