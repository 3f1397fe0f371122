package dev.forebay.gateway.jobs;

import dev.forebay.config.JobsConfig;
import dev.forebay.core.Jitter;
import dev.forebay.engine.WallClock;
import dev.forebay.engine.http.HeaderRules;
import dev.forebay.engine.sigv4.Digests;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.JobStore.DueCallback;
import dev.forebay.jobs.StoredJob;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies callers that their jobs have ended: a signed POST, tried again with growing pauses, and
 * given up after {@value #MAX_ATTEMPTS} attempts. What counts is a status of 2xx; a redirect is a
 * failure. A callback may come more than once, and after a crash will. Thread-safe.
 *
 * <pre>
 * x-forebay-signature: t=SECONDS,v1=HEX(HMAC-SHA256(secret, "SECONDS.BODY"))
 * </pre>
 *
 * <p>The name is resolved here, all of its addresses are judged by {@link CallbackRules}, and the
 * connection goes to the address that was judged, so that a name cannot change in between.
 */
final class Callbacks {
  static final int MAX_ATTEMPTS = 8;
  private static final Logger log = LoggerFactory.getLogger(Callbacks.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration MAX_PAUSE = Duration.ofHours(6);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final int AT_ONCE = 20;
  private static final int NO_STATUS = 0;

  private final JobStore store;
  private final JobsConfig.Callbacks config;
  private final CallbackRules rules;
  private final RandomGenerator random = new SecureRandom();
  private final HttpClient client;

  Callbacks(JobStore store, JobsConfig.Callbacks config, Vertx vertx) {
    this.store = store;
    this.config = config;
    this.rules = new CallbackRules(Optional.of(config));
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout((int) TIMEOUT.toMillis())
                .setKeepAlive(false)
                .setMaxHeaderSize(32 * 1024));
  }

  /** Makes those that are due; completes when all of them have ended. */
  CompletableFuture<Void> deliver() {
    return store
        .dueCallbacks(AT_ONCE, LEASE)
        .thenCompose(
            due ->
                CompletableFuture.allOf(
                    due.stream().map(this::deliver).toArray(CompletableFuture<?>[]::new)));
  }

  private CompletableFuture<Void> deliver(DueCallback due) {
    StoredJob job = due.stored();
    Optional<URI> to = job.job().callback();
    if (to.isEmpty() || !rules.isListed(to.get())) {
      return giveUp(job, "its host is not listed in jobs.callbacks.hosts any more");
    }
    return CompletableFuture.supplyAsync(() -> resolve(to.get()), Thread::startVirtualThread)
        .thenCompose(address -> post(job, to.get(), address))
        .exceptionally(e -> NO_STATUS)
        .thenCompose(status -> settle(due, status));
  }

  /** The address, or nothing where there is none that may be called. */
  private Optional<InetAddress> resolve(URI to) {
    try {
      return rules.pick(List.of(InetAddress.getAllByName(CallbackRules.host(to))));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private CompletionStage<Integer> post(StoredJob job, URI to, Optional<InetAddress> address) {
    if (address.isEmpty()) {
      return CompletableFuture.failedFuture(new IOException("no address that may be called"));
    }
    boolean tls = "https".equalsIgnoreCase(to.getScheme());
    int port = to.getPort() >= 0 ? to.getPort() : tls ? 443 : 80;
    String query = to.getRawQuery() == null ? "" : "?" + to.getRawQuery();
    String path = to.getRawPath() == null || to.getRawPath().isEmpty() ? "/" : to.getRawPath();
    Buffer body = Buffer.buffer(JobJson.job(job).encode());
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setServer(SocketAddress.inetSocketAddress(port, address.get().getHostAddress()))
            .setHost(CallbackRules.host(to))
            .setPort(port)
            .setSsl(tls)
            .setURI(path + query)
            .setFollowRedirects(false)
            .setTimeout(TIMEOUT.toMillis())
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
            .putHeader(HeaderRules.SIGNATURE, signature(body.toString()));
    Future<Integer> status =
        client
            .request(options)
            .compose(request -> request.send(body))
            .map(
                response -> {
                  response.request().connection().close();
                  return response.statusCode();
                });
    return status.toCompletionStage();
  }

  private String signature(String body) {
    long seconds = WallClock.now().getEpochSecond();
    byte[] hmac =
        Digests.hmac(
            config.secret().reveal().getBytes(StandardCharsets.UTF_8), seconds + "." + body);
    return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(hmac);
  }

  private CompletableFuture<Void> settle(DueCallback due, int status) {
    if (status >= 200 && status < 300) {
      return store.settleCallback(due.stored().id());
    }
    int made = due.attempts() + 1;
    if (made >= MAX_ATTEMPTS) {
      return giveUp(due.stored(), "it failed " + made + " times");
    }
    Duration pause = Jitter.EQUAL.delay(FIRST_PAUSE, MAX_PAUSE, 2 * (made - 1), random);
    return store.retryCallback(due.stored().id(), WallClock.now().plus(pause));
  }

  private CompletableFuture<Void> giveUp(StoredJob job, String why) {
    log.warn("The callback of job {} is given up: {}", job.id(), why);
    return store.settleCallback(job.id());
  }
}
