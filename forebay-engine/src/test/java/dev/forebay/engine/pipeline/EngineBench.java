package dev.forebay.engine.pipeline;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.SharedAnswers;
import dev.forebay.core.Tenant;
import dev.forebay.engine.Headers;
import dev.forebay.engine.RecordingSink;
import dev.forebay.engine.ScriptedTransport;
import dev.forebay.engine.ScriptedTransport.Peer;
import dev.forebay.engine.ScriptedTransport.Script;
import dev.forebay.engine.VirtualLoop;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.testkit.ModelFaults;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** An engine in virtual time with one target, and callers of its one route. */
final class EngineBench {
  static final String BODY = "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";
  static final String SAME_BODY =
      "{ \"messages\" : [ {\"content\":[{\"text\":\"\\u0048i\"}], \"role\":\"user\"}]}";
  static final String OTHER_BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Ho\"}]}]}";

  private final VirtualLoop loop;
  private final List<Peer> requests = new ArrayList<>();
  private final CallEngine engine;
  private final CallRegistry calls;
  private Script script = answers(Duration.ZERO);
  private int over;

  /**
   * A route to one target.
   *
   * @param more settings of the route
   */
  EngineBench(String more) {
    this(more, "", new VirtualLoop());
  }

  /**
   * The same in a cluster.
   *
   * @param on where all of them are
   * @param shared what they share
   */
  EngineBench(String more, VirtualLoop on, SharedAnswers shared) {
    this(more, "cluster: { url: \"redis://127.0.0.1:1\" }", on);
    engine.share(shared);
  }

  private EngineBench(String more, String cluster, VirtualLoop time) {
    loop = time;
    GatewayConfig config =
        ConfigFile.parse(
            """
            targets:
              one: { region: us-east-1, model: amazon.nova-lite-v1:0, credentials: anonymous }
            routes:
              chat: { tiers: [[one]], deadline: 20s%s }
            %s
            """
                .formatted(more, cluster),
            "bench.yaml",
            Map.of());
    engine =
        CallEngine.builder(
                config,
                (target, on) -> new ScriptedTransport(loop, this::requested),
                (millis, action) -> () -> {})
            .ticker(loop)
            .build();
    calls = engine.open(loop);
  }

  private void requested(Peer peer) {
    requests.add(peer);
    script.play(peer);
  }

  /** What the target does from now on. */
  EngineBench target(Script does) {
    script = does;
    return this;
  }

  /** What the target does with the next requests, one after the other; then it answers. */
  EngineBench target(Script first, Script... more) {
    List<Script> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    Iterator<Script> next = all.iterator();
    script = peer -> (next.hasNext() ? next.next() : answers(Duration.ZERO)).play(peer);
    return this;
  }

  /** Answers whole and streamed calls alike, after a while. */
  static Script answers(Duration after) {
    return peer -> peer.after(after, then -> ModelFaults.answers(then.isStreaming()).play(then));
  }

  /** A call that comes now; nothing happens to it before {@link #run}. */
  RecordingSink call(String operation, String body, String... headers) {
    return call(new RecordingSink(), Tenant.ANYONE, operation, body, headers);
  }

  /** The same by that caller. */
  RecordingSink callBy(Tenant tenant, String operation, String body, String... headers) {
    return call(new RecordingSink(), tenant, operation, body, headers);
  }

  /** The same for a caller who takes the answer in that way. */
  RecordingSink call(
      RecordingSink sink, Tenant tenant, String operation, String body, String... headers) {
    Headers all = new Headers();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1]);
    }
    engine.start(
        calls,
        new CallEngine.Request(
            ModelPath.parse("/model/chat/" + operation).orElseThrow(),
            all,
            body.getBytes(StandardCharsets.UTF_8),
            tenant),
        sink,
        () -> over++);
    return sink;
  }

  /** The same, once it has its answer. */
  RecordingSink answered(String operation, String body, String... headers) {
    RecordingSink sink = call(operation, body, headers);
    run(Duration.ofSeconds(1));
    return sink;
  }

  void run(Duration time) {
    loop.run(time);
  }

  /** Ends all calls of the loop with an error. */
  void stopAll() {
    calls.stopAll(() -> {});
    run(Duration.ZERO);
  }

  /** The requests that the target has got. */
  List<Peer> requests() {
    return requests;
  }

  /** The calls that are under way. */
  int underWay() {
    return engine.calls();
  }

  /** Bytes that calls hold. */
  long held() {
    return engine.memory().held();
  }

  /** How many calls have ended. */
  int over() {
    return over;
  }
}
