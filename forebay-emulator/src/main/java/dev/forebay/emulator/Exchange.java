package dev.forebay.emulator;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One data-plane request from its head to its end, on either side. */
final class Exchange implements Player.Stage {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  private final Call call;
  private final HttpServerRequest request;
  private final Wire wire;
  private final Bedrock bedrock;
  private final Timeline timeline;
  private final Vertx vertx;
  private final Entry entry;
  private @Nullable PlannedAnswer reply;
  private @Nullable Player player;
  private boolean over;

  Exchange(
      Call call,
      HttpServerRequest request,
      Bedrock bedrock,
      RequestLog requestLog,
      Timeline timeline,
      Vertx vertx) {
    this.call = call;
    this.request = request;
    this.wire = new Wire(request, timeline);
    this.bedrock = bedrock;
    this.timeline = timeline;
    this.vertx = vertx;
    this.entry = requestLog.open(call, bedrock.nameOf(call.model()), request, timeline.now());
  }

  void begin() {
    wire.onGone(this::left);
    Body.read(request, Bedrock.MAX_BODY_BYTES, this::complete);
  }

  private void complete(@Nullable Buffer body) {
    if (over) {
      return;
    }
    PlannedAnswer decided = decide(body);
    reply = decided;
    entry.decided(decided);
    Player starting = new Player(decided.script(), wire, vertx, timeline, this);
    player = starting;
    starting.play();
  }

  private PlannedAnswer decide(@Nullable Buffer body) {
    try {
      return bedrock.reply(call, Head.of(request.headers()), body, timeline.now());
    } catch (RuntimeException e) {
      log.error("the emulator failed on {}", call, e);
      return PlannedAnswer.plain(new FaultAnswer("none").error(ErrorType.INTERNAL_SERVER.usual()));
    }
  }

  @Override
  public void sent(int status) {
    entry.sent(status, reply != null && reply.script().streams());
  }

  @Override
  public void played(boolean silent) {
    if (reply == null || player == null) {
      return;
    }
    entry.played(reply.script().outcome(), silent);
    if (!silent) {
      over = true;
      settle(player.tokens());
    }
  }

  private void left() {
    if (over) {
      return;
    }
    over = true;
    int said = 0;
    if (player != null && reply != null) {
      player.stop();
      said = reply.script().streams() ? player.tokens() : generatedBy(player, reply);
    }
    entry.left(timeline.now());
    settle(said);
  }

  /** The tokens of a unary answer that were generated before the caller left. */
  private static int generatedBy(Player player, PlannedAnswer reply) {
    return reply.grant().map(grant -> grant.answer().tokensAt(player.elapsed())).orElse(0);
  }

  private void settle(int output) {
    Optional<PlannedAnswer.Grant> grant = reply == null ? Optional.empty() : reply.grant();
    grant.ifPresent(
        held -> {
          held.settle(timeline.now(), output);
          entry.said(output);
        });
  }
}
