package dev.forebay.emulator;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A running Bedrock emulator: HTTP/1.1 and HTTP/2 with prior knowledge on one plaintext port.
 *
 * <p>All of its state lives on one event loop; the methods here may be called from any other
 * thread, and those that return a future from an event loop too.
 */
public final class Emulator implements AutoCloseable {
  private static final long CALL_TIMEOUT_SECONDS = 30;

  /** A model id has at most 2048 characters, each at most three when encoded. */
  private static final int MAX_PATH_LENGTH = 8192;

  private static final int MAX_HEADER_BYTES = 65_536;

  private final HttpServer server;
  private final EmulatorState state;
  private final Context loop;
  private final String host;
  private final AtomicInteger connections;
  private final Future<Void> closed;
  private final Promise<Void> closing;

  private Emulator(
      HttpServer server,
      EmulatorState state,
      Context loop,
      String host,
      AtomicInteger connections,
      Supplier<Future<Void>> afterwards) {
    this.connections = connections;
    this.server = server;
    this.state = state;
    this.loop = loop;
    this.host = host;
    this.closing = Promise.promise();
    this.closed = closing.future().compose(v -> server.close()).eventually(afterwards);
  }

  /** Starts an emulator with a Vert.x of its own and waits until it listens. */
  public static Emulator start(EmulatorConfig config) {
    return await(open(config));
  }

  /** Starts an emulator on a Vert.x that stays the caller's, and waits until it listens. */
  public static Emulator start(EmulatorConfig config, Vertx vertx) {
    return await(open(config, vertx));
  }

  /** Starts an emulator with a Vert.x of its own. */
  public static Future<Emulator> open(EmulatorConfig config) {
    FileSystemOptions noFiles =
        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setFileSystemOptions(noFiles));
    return open(config, vertx, vertx::close).onFailure(failure -> vertx.close());
  }

  /** Starts an emulator on a Vert.x that stays the caller's. */
  public static Future<Emulator> open(EmulatorConfig config, Vertx vertx) {
    return open(config, vertx, Future::succeededFuture);
  }

  private static Future<Emulator> open(
      EmulatorConfig config, Vertx vertx, Supplier<Future<Void>> afterwards) {
    Promise<Emulator> opened = Promise.promise();
    Context loop = vertx.getOrCreateContext();
    AtomicInteger connections = new AtomicInteger();
    loop.runOnContext(
        ignored -> {
          EmulatorState state = new EmulatorState(config, vertx);
          AdminPages admin = new AdminPages(state);
          vertx
              .createHttpServer(options(config))
              .connectionHandler(
                  connection -> {
                    connections.incrementAndGet();
                    connection.closeHandler(closed -> connections.decrementAndGet());
                    // Clients under test break off at will, which is not logged.
                    connection.exceptionHandler(broken -> {});
                  })
              .requestHandler(request -> dispatch(request, state, admin))
              .listen()
              .map(
                  server ->
                      new Emulator(server, state, loop, config.host(), connections, afterwards))
              .onComplete(opened);
        });
    return opened.future();
  }

  private static HttpServerOptions options(EmulatorConfig config) {
    return new HttpServerOptions()
        .setHost(config.host())
        .setPort(config.port())
        .setTcpNoDelay(true)
        .setHttp2ClearTextEnabled(true)
        .setMaxInitialLineLength(MAX_PATH_LENGTH)
        .setMaxHeaderSize(MAX_HEADER_BYTES)
        // Clients under test cancel at will; that is no attack here.
        .setHttp2RstFloodMaxRstFramePerWindow(Integer.MAX_VALUE);
  }

  private static void dispatch(HttpServerRequest request, EmulatorState state, AdminPages admin) {
    switch (Route.of(request.method(), Objects.requireNonNullElse(request.path(), ""))) {
      case Route.Data data -> state.serve(data.call(), request);
      case Route.Admin page -> admin.serve(page.page(), request);
      case Route.Unknown unknown -> state.unknown(request);
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.actualPort();
  }

  /** The endpoint to give to an SDK. */
  public URI endpoint() {
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return URI.create("http://" + literal + ":" + port());
  }

  /** How many connections are open. */
  public int connections() {
    return connections.get();
  }

  /** The faults in force. */
  public List<Fault> faults() {
    return await(onLoop(state::faults));
  }

  /** Replaces the fault script; an empty one ends all faults. */
  public void faults(List<Fault> faults) {
    await(
        onLoop(
            () -> {
              state.faults(faults);
              return true;
            }));
  }

  /**
   * Replaces the fault script by a JSON list.
   *
   * @throws ConfigException if it has an unknown key or a bad value; the old script then stays
   */
  public void faults(String json) {
    faults(Fault.parse(json));
  }

  /** The counters and the request log. */
  public Stats stats() {
    return await(onLoop(state::stats));
  }

  /** The counters of each model, by the name in the configuration; without the log it is cheap. */
  public Map<String, Counts> models() {
    return await(onLoop(state::models));
  }

  /** Clears counters, log, quotas and faults, and begins again with the seed at time zero. */
  public void reset() {
    await(
        onLoop(
            () -> {
              state.reset();
              return true;
            }));
  }

  /** Stops listening and closes all connections. */
  public Future<Void> shutdown() {
    closing.tryComplete();
    return closed;
  }

  @Override
  public void close() {
    await(shutdown());
  }

  private <T> Future<T> onLoop(Supplier<T> task) {
    Promise<T> done = Promise.promise();
    loop.runOnContext(ignored -> done.complete(task.get()));
    return done.future();
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(CALL_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the emulator did not answer", e);
    }
  }
}
