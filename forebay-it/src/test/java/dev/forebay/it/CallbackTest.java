package dev.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cli.Lifetime;
import dev.forebay.jobs.JobStore;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callbacks of jobs that have ended, and their signatures. */
@Timeout(60)
class CallbackTest {
  @RegisterExtension static final Stack stack = new Stack();

  private record Received(String signature, String body) {}

  private final Vertx vertx = Vertx.vertx();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();

  /** How many attempts have failed and are to be made again. */
  private final AtomicInteger postponed = new AtomicInteger();

  private volatile int failures;
  private @Nullable HttpServer receiver;
  @TempDir private Path folder;

  @BeforeEach
  void listen() {
    receiver =
        Lifetime.started(
            vertx
                .createHttpServer()
                .connectionHandler(connection -> connections.incrementAndGet())
                .requestHandler(
                    request ->
                        request
                            .body()
                            .onSuccess(
                                body -> {
                                  String signature =
                                      String.valueOf(request.getHeader("x-forebay-signature"));
                                  received.add(new Received(signature, body.toString()));
                                  boolean fails = received.size() <= failures;
                                  request.response().setStatusCode(fails ? 500 : 204).end();
                                }))
                .listen(0, "127.0.0.1"),
            "receiver");
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aListedHostIsCalledAndCanCheckTheSignature() throws Exception {
    try (QueuedGateway gateway = open("[127.0.0.1]", true)) {
      String job = gateway.enqueue("x-forebay-callback", url("/hook?x=1"));
      await().until(() -> received.size() == 1);
      Received first = received.getFirst();
      JsonObject body = new JsonObject(first.body());
      assertThat("/jobs/" + body.getString("id")).isEqualTo(job);
      assertThat(body.getString("state")).isEqualTo("done");
      assertThat(first.signature()).isEqualTo(expected(first));
    }
  }

  private static String expected(Received received) throws Exception {
    String seconds = received.signature().replaceFirst("t=(\\d+),.*", "$1");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("callback-secret".getBytes(UTF_8), "HmacSHA256"));
    byte[] digest = mac.doFinal((seconds + "." + received.body()).getBytes(UTF_8));
    return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(digest);
  }

  @Test
  void aFailedCallbackIsMadeAgain() throws Exception {
    failures = 1;
    try (QueuedGateway gateway = open("[127.0.0.1]", true)) {
      gateway.enqueue("x-forebay-callback", url("/"));
      await().atMost(Duration.ofSeconds(30)).until(() -> received.size() == 2);
    }
  }

  @Test
  void aNameThatStandsForAPrivateAddressIsNotCalled() throws Exception {
    try (QueuedGateway gateway = open("[localhost]", false)) {
      String job =
          gateway.enqueue(
              "x-forebay-callback", url("/").replace("http://127.0.0.1", "https://localhost"));
      await().until(() -> gateway.state(job).equals("done"));
      await().until(() -> postponed.get() == 1);
      assertThat(connections).as("the attempt that failed").hasValue(0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "https://127.0.0.1/x | '127.0.0.1' is a private address",
        "https://10.1.2.3/x | '10.1.2.3' is a private address",
        "https://169.254.169.254/latest/meta-data | '169.254.169.254' is a private address",
        "https://[fd00::1]/x | 'fd00::1' is a private address",
        "https://[::ffff:10.1.2.3]/x | '::ffff:10.1.2.3' is a private address",
        "https://other.example.com/x | the host 'other.example.com' is not listed",
        "http://hooks.example.com/x | it must begin with https://",
        "ftp://hooks.example.com/x | it must begin with https://",
        "https://user:pw@hooks.example.com/x | it is not a URL such as",
        "https:/hooks | it is not a URL such as",
        "not an address | it is not a URL such as"
      })
  void whatMayNotBeCalledIsRefused(String callback, String why) throws Exception {
    String hosts =
        "[hooks.example.com, 127.0.0.1, 10.1.2.3, 169.254.169.254, 'fd00::1', '::ffff:10.1.2.3']";
    try (QueuedGateway gateway = open(hosts, false)) {
      HttpResponse<byte[]> answer =
          gateway.converse("prefer", "respond-async", "x-forebay-callback", callback);
      assertThat(new String(answer.body(), UTF_8)).contains(why);
      assertThat(answer.statusCode()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/model/only.this-model/converse | | only a call with the header 'Prefer: respond-async'",
        "/model/only.this-model/converse | wait=5 | only a call with the header 'Prefer:",
        "/model/plain.model/converse | respond-async | the route 'plain.model' has no queue",
        "/model/plain.model/converse | | only a call with the header 'Prefer: respond-async'",
        "/async-invoke | respond-async | only calls of a model can be answered later"
      })
  void oneThatWouldNeverBeMadeIsRefused(String path, @Nullable String prefer, String why)
      throws Exception {
    try (QueuedGateway gateway = open("[127.0.0.1]", true)) {
      List<String> headers = new ArrayList<>(List.of("x-forebay-callback", url("/")));
      if (prefer != null) {
        headers.addAll(List.of("prefer", prefer));
      }
      HttpResponse<byte[]> answer =
          gateway.post(path, QueuedGateway.BODY, headers.toArray(String[]::new));
      assertThat(new String(answer.body(), UTF_8))
          .contains("The header x-forebay-callback cannot be used: ")
          .contains(why);
      assertThat(answer.statusCode()).isEqualTo(400);
    }
  }

  private QueuedGateway open(String hosts, boolean privateNetwork) {
    return new QueuedGateway(
        stack,
        noting(QueuedGateway.storeIn(folder)),
        stack.emulator().endpoint(),
        "",
        "jobs: { store: \"sqlite:elsewhere\", callbacks: { hosts: %s, secret: \"${CALLBACK}\", privateNetwork: %s } }"
            .formatted(hosts, privateNetwork));
  }

  private JobStore noting(JobStore store) {
    return (JobStore)
        Proxy.newProxyInstance(
            JobStore.class.getClassLoader(),
            new Class<?>[] {JobStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("retryCallback")) {
                postponed.incrementAndGet();
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private String url(String path) {
    return "http://127.0.0.1:" + Objects.requireNonNull(receiver).actualPort() + path;
  }
}
