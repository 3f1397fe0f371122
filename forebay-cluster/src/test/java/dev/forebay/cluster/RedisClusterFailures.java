package dev.forebay.cluster;

import static dev.forebay.cluster.RedisClusterTest.awaitHeard;
import static dev.forebay.cluster.RedisClusterTest.store;
import static dev.forebay.cluster.RedisFailoverTest.RECOVERY;
import static dev.forebay.cluster.RedisFailoverTest.awaitAlive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cluster.SharedStore.Fact;
import dev.forebay.core.SharedAnswers.Claim;
import dev.forebay.core.SharedAnswers.LookupCallback;
import dev.forebay.core.SharedAnswers.Place;
import dev.forebay.core.SharedAnswers.Search;
import dev.forebay.core.Ticker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Nodes of a Redis Cluster that die or stand still, under leases, published facts and answers. Too
 * slow for a usual build, which does not find it; {@code .ci/fleet kit} runs it.
 */
class RedisClusterFailures {
  private static final Duration SOON = Duration.ofSeconds(5);

  /** Before nodes are looked for in any case, which is every ten seconds. */
  private static final Duration SERVED = Duration.ofSeconds(7);

  @TempDir private Path folder;
  private @Nullable TestCertificate certificate;
  private @Nullable RedisProcesses running;
  private long requests;

  @AfterEach
  void stop() {
    if (running != null) {
      running.close();
    }
  }

  private RedisProcesses start(boolean tls) {
    certificate = tls ? TestCertificate.make(folder) : null;
    running = new RedisProcesses(certificate);
    return running;
  }

  /** The one that has members, facts and what is published. */
  @ParameterizedTest
  @CsvSource({"-KILL,false", "-STOP,false", "-KILL,true"})
  void whenANodeDiesOrStandsStillTheOthersGoOnAndItsReplicaServesSoon(String signal, boolean tls)
      throws Exception {
    RedisProcesses processes = start(tls);
    List<Integer> nodes = processes.cluster(folder, 3, 1);
    int dies = nodes.get(place(processes, nodes, "{fleet}"));
    List<String> quotas = IntStream.range(0, 30).mapToObj(i -> "quota" + i).toList();
    List<String> there =
        quotas.stream()
            .filter(quota -> nodes.get(place(processes, nodes, "{" + quota + "}")) == dies)
            .toList();
    List<String> elsewhere = quotas.stream().filter(quota -> !there.contains(quota)).toList();
    assertThat(there).isNotEmpty();
    try (RedisStore store = store(nodes, certificate);
        RedisStore other = store(nodes, certificate)) {
      BlockingQueue<Fact> heard = new LinkedBlockingQueue<>();
      other.listen(heard::add);
      awaitAlive(store, Duration.ofSeconds(20));
      awaitAlive(other, Duration.ofSeconds(20));
      awaitHeard(store, heard);
      quotas.forEach(quota -> assertThat(target(store, quota, ++requests)).isEqualTo(5));

      Ticker clock = Ticker.system();
      long from = clock.nanos();
      processes.signal(dies, signal);
      assertThat(store.alive("a").handle((members, failed) -> true))
          .succeedsWithin(Duration.ofSeconds(2));
      // In use all the while, as by members that have several quotas.
      await()
          .atMost(SERVED)
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                long seq = ++requests;
                assertThat(elsewhere)
                    .as("what the other nodes answer")
                    .allSatisfy(quota -> assertThat(target(store, quota, seq)).isEqualTo(5));
                return there.stream().allMatch(quota -> target(store, quota, seq) == 5)
                    && isAlive(store)
                    && isAlive(other);
              });
      System.out.printf(
          "%s of one of three nodes%s: all is served again after %d ms%n",
          signal, tls ? " with TLS" : "", Duration.ofNanos(clock.nanos() - from).toMillis());
      heard.clear();
      awaitHeard(store, heard);
    }
  }

  @Test
  void publishedFactsOfANodeThatStandsStillComeFromAnotherOne() throws Exception {
    RedisProcesses processes = start(false);
    List<Integer> nodes = processes.cluster(folder, 3, 1);
    try (RedisStore store = store(nodes, certificate)) {
      BlockingQueue<Fact> heard = new LinkedBlockingQueue<>();
      store.listen(heard::add);
      awaitAlive(store, Duration.ofSeconds(20));
      awaitHeard(store, heard);
      int listened =
          nodes.stream()
              .filter(
                  node ->
                      processes
                          .ask(node, "", "PUBSUB NUMSUB forebay:2:test:{fleet}:news")
                          .endsWith(":1\r\n"))
              .findFirst()
              .orElseThrow();
      processes.signal(listened, "-STOP");
      heard.clear();
      awaitHeard(store, heard);
    }
  }

  @Test
  void answersAndKeysAreSharedAndOutliveANode() throws Exception {
    RedisProcesses processes = start(false);
    List<Integer> nodes = processes.cluster(folder, 3, 1);
    try (RedisStore store = store(nodes, certificate);
        RedisStore other = store(nodes, certificate);
        ClusterAnswers here = answers(store);
        ClusterAnswers there = answers(other)) {
      awaitReachable(here);
      awaitReachable(there);
      List<Place> kept = new ArrayList<>();
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(10))
          .until(
              () -> {
                Place key = new Place("key " + ++requests, "request");
                if (isShared(here, there, key)) {
                  kept.add(key);
                }
                return kept.size() == 10;
              });
      awaitCopies(processes, nodes);
      processes.signal(nodes.getFirst(), "-KILL");
      for (int i = 0; i < 10; i++) {
        assertThat(find(here, new Place("during " + i, "request")).what)
            .as("no search fails, or waits for the node")
            .succeedsWithin(Duration.ofSeconds(1))
            .isEqualTo("absent");
      }
      await()
          .atMost(RECOVERY)
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> kept.stream().allMatch(key -> find(there, key).what.join().equals("answer")));
    }
  }

  /** False where the store took so long that a search went on without it. */
  private static boolean isShared(ClusterAnswers here, ClusterAnswers there, Place key) {
    long failures = here.reading().failures() + there.reading().failures();
    Heard first = find(here, key);
    assertThat(first.what).succeedsWithin(SOON).isEqualTo("absent");
    Heard second = find(there, key);
    Heard different = find(there, new Place(key.name(), "another request"));
    assertThat(different.what).succeedsWithin(SOON);
    if (here.reading().failures() + there.reading().failures() > failures) {
      return false;
    }
    assertThat(different.what.join()).isEqualTo("another request");
    assertThat(second.what).as("it waits").isNotDone();
    first.claim.join().keep("answer".getBytes(StandardCharsets.UTF_8), Duration.ofHours(1));
    assertThat(second.what).succeedsWithin(SOON);
    return second.what.join().equals("answer");
  }

  /** What a search came to. */
  private static final class Heard implements LookupCallback {
    final CompletableFuture<String> what = new CompletableFuture<>();
    final CompletableFuture<Claim> claim = new CompletableFuture<>();

    @Override
    public void found(byte[] answer, Duration age) {
      what.complete(new String(answer, StandardCharsets.UTF_8));
    }

    @Override
    public void absent(Claim own) {
      claim.complete(own);
      what.complete("absent");
    }

    @Override
    public void otherRequest() {
      what.complete("another request");
    }
  }

  private static Heard find(ClusterAnswers by, Place place) {
    Heard heard = new Heard();
    var unused = by.find(place, Search.ONCE, heard);
    return heard;
  }

  private static ClusterAnswers answers(RedisStore store) {
    ClusterAnswers answers =
        new ClusterAnswers(store.answers(), new AnswerCipher(null), StoreTimers.system("test"));
    answers.prepare();
    return answers;
  }

  private static void awaitReachable(ClusterAnswers answers) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              find(answers, new Place("try", "request")).claim.join().release();
              return answers.reading().reachable();
            });
  }

  private static void awaitCopies(RedisProcesses processes, List<Integer> nodes) {
    for (int i = 0; i < 3; i++) {
      int primary = nodes.get(i);
      int copy = nodes.get(i + 3);
      await()
          .atMost(RECOVERY)
          .until(
              () -> processes.ask(primary, "", "DBSIZE").equals(processes.ask(copy, "", "DBSIZE")));
    }
  }

  private static boolean isAlive(RedisStore store) {
    return store
        .alive("a")
        .handle((members, failed) -> failed == null)
        .toCompletableFuture()
        .join();
  }

  /** Which of the primaries has a key, as three have a third of the slots each. */
  private static int place(RedisProcesses processes, List<Integer> nodes, String key) {
    String slot = processes.ask(nodes.getFirst(), "", "CLUSTER KEYSLOT " + key);
    return Integer.parseInt(slot.substring(1).trim()) * 3 / 16_384;
  }

  /** What is due of a quota of which 5 millionths are wanted; 0 if that fails. */
  private static int target(RedisStore store, String quota, long seq) {
    return store
        .lease(quota, "a" + seq, seq, 5, 0)
        .handle((grant, failed) -> failed == null ? grant.target() : 0)
        .toCompletableFuture()
        .join();
  }
}
