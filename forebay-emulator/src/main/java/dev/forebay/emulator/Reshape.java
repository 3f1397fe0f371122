package dev.forebay.emulator;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What faults make of the script of a sound answer. */
final class Reshape {
  private Reshape() {}

  static Script apply(Effect effect, Script script) {
    if (!script.streams()) {
      return unary(effect, script);
    }
    String key = effect.key();
    return switch (effect) {
      case Effect.Stall stall -> stall(stall, script);
      case Effect.ExceptionEvent event -> {
        AwsError error = FaultAnswer.worded(event.exception(), event.message());
        WireAction frame = new WireAction.Frame(Event.exception(error), WireAction.Form.WHOLE);
        int index = script.indexAfterEvents(event.afterEvents());
        yield script.endingAt(index, error.type().wireName(), List.of(frame, new WireAction.End()));
      }
      case Effect.Truncate truncate ->
          broken(script, truncate.afterEvents(), truncate.halfFrame(), key, new WireAction.End());
      case Effect.Cut cut ->
          broken(script, cut.afterEvents(), cut.halfFrame(), key, new WireAction.Close());
      case Effect.MalformedFrame frame -> malformed(script, frame.afterEvents(), key);
      case Effect.Reset reset ->
          broken(
              script,
              reset.at() == Effect.Phase.HEADERS ? 0 : reset.afterEvents(),
              false,
              key,
              new WireAction.Abort());
      case Effect.Hang hang -> script.endingAt(1, key, List.of());
      default -> script;
    };
  }

  /** A unary answer can be reset or cut within its body, and hang after its head. */
  private static Script unary(Effect effect, Script script) {
    if (!(script.steps().getFirst().act() instanceof WireAction.Whole whole)) {
      return script;
    }
    Map<String, String> headers = new LinkedHashMap<>(whole.headers());
    headers.put("Content-Length", Integer.toString(whole.body().length()));
    WireAction head = new WireAction.Head(whole.status(), headers);
    WireAction half = new WireAction.Bytes(half(whole.body()));
    String key = effect.key();
    return switch (effect) {
      case Effect.Reset reset when reset.at() == Effect.Phase.HEADERS ->
          script.endingAt(0, key, List.of(head, new WireAction.Abort()));
      case Effect.Reset reset ->
          script.endingAt(0, key, List.of(head, half, new WireAction.Abort()));
      case Effect.Cut cut -> script.endingAt(0, key, List.of(head, half, new WireAction.Close()));
      case Effect.Hang hang -> script.endingAt(0, key, List.of(head));
      default -> script;
    };
  }

  private static Script stall(Effect.Stall stall, Script script) {
    int index = script.indexAfterEvents(stall.afterEvents());
    Duration pause = stall.duration();
    if (pause == null) {
      return script.endingAt(index, stall.key(), List.of());
    }
    List<Script.Step> steps = new ArrayList<>(script.steps());
    for (int i = index; i < steps.size(); i++) {
      Script.Step step = steps.get(i);
      steps.set(i, new Script.Step(step.at().plus(pause), step.act(), step.tokens()));
    }
    return new Script(steps, script.outcome(), true);
  }

  private static Script broken(
      Script script, int afterEvents, boolean half, String key, WireAction end) {
    int index = script.indexAfterEvents(afterEvents);
    @Nullable Event next = eventAt(script, index);
    return half && next != null
        ? script.endingAt(
            index, key, List.of(new WireAction.Frame(next, WireAction.Form.HALF), end))
        : script.endingAt(index, key, List.of(end));
  }

  private static Script malformed(Script script, int afterEvents, String key) {
    int index = script.indexAfterEvents(afterEvents);
    Event event = eventAt(script, index);
    if (event == null) {
      return script;
    }
    List<Script.Step> steps = new ArrayList<>(script.steps());
    Script.Step step = steps.get(index);
    WireAction frame = new WireAction.Frame(event, WireAction.Form.MALFORMED);
    steps.set(index, new Script.Step(step.at(), frame, step.tokens()));
    return new Script(steps, key, true);
  }

  private static @Nullable Event eventAt(Script script, int index) {
    return index < script.steps().size()
            && script.steps().get(index).act() instanceof WireAction.Frame frame
        ? frame.event()
        : null;
  }

  private static Buffer half(Buffer whole) {
    return whole.slice(0, whole.length() / 2);
  }
}
