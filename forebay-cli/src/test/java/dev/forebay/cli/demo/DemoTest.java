package dev.forebay.cli.demo;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.simulator.report.ClassResult;
import dev.forebay.simulator.report.Counts;
import dev.forebay.simulator.report.PolicyResult;
import dev.forebay.simulator.report.Report;
import dev.forebay.simulator.report.Section;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("It runs a story in real time and looks at the process's threads.")
class DemoTest {
  private static final double SPEED = 15;

  @AfterEach
  void nothingIsLeftRunning() {
    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(ownThreads()).isEmpty());
  }

  @Test
  void everyCallOfEveryPolicyIsAccountedFor() throws Exception {
    List<Progress> seen = new ArrayList<>();

    Demo.Outcome outcome = new Demo(Tiny.scenario(), SPEED, Duration.ZERO, true, seen::add).run();

    Report report = outcome.report();
    Section measured = report.sections().getFirst();
    assertThat(measured.policies())
        .extracting(PolicyResult::name)
        .containsExactly("retry", "retry+fallback", "forebay");
    for (PolicyResult policy : measured.policies()) {
      Counts counts = policy.counts();
      assertThat(counts.calls()).isEqualTo(outcome.health().calls());
      assertThat(
              counts.primary()
                  + counts.fallback()
                  + counts.queued()
                  + counts.refused()
                  + counts.gaveUp())
          .as(policy.name())
          .isEqualTo(counts.calls());
      assertThat(counts.answered()).as(policy.name()).isPositive();
      assertThat(counts.attempts()).isGreaterThanOrEqualTo(counts.answered());
    }
    assertThat(measured.policy("retry").orElseThrow().counts().fallback()).isZero();
    assertThat(measured.policy("retry").orElseThrow().counts().throttled()).isPositive();
    assertThat(measured.policy("forebay").orElseThrow().counts().fallback()).isPositive();
    assertThat(measured.policy("retry").orElseThrow().counts().queued()).isZero();
    long queued = measured.policy("forebay").orElseThrow().counts().queued();
    assertThat(queued).isPositive();
    assertThat(queuedByClass(measured)).isEqualTo(Map.of("chat", 0L, "extract", queued));
    assertThat(report.subtitle())
        .contains("; " + queued + " batch calls were queued and done, the last by");
    assertThat(report.warnings()).noneMatch(warning -> warning.contains("not done"));
    assertThat(report.sections().getLast().policies()).hasSize(3);
    assertThat(report.comparisons()).hasSize(3);
    assertThat(seen).isNotEmpty();
    assertThat(Summary.text(report))
        .contains("Measured over HTTP", "Predicted", "points", "Forebay answered ");
  }

  @Test
  void anInterruptEndsEverythingAtOnce() throws Exception {
    CountDownLatch underWay = new CountDownLatch(1);
    AtomicReference<Throwable> end = new AtomicReference<>();
    Demo demo =
        new Demo(
            Tiny.scenario(),
            1,
            Duration.ZERO,
            true,
            progress -> {
              if (progress.lanes().stream().allMatch(lane -> lane.open() > 0)) {
                underWay.countDown();
              }
            });
    Thread runner =
        new Thread(
            () -> {
              try {
                demo.run();
              } catch (InterruptedException | RuntimeException e) {
                end.set(e);
              }
            },
            "test-runner");
    runner.start();
    assertThat(underWay.await(60, TimeUnit.SECONDS)).isTrue();

    runner.interrupt();

    runner.join(10_000);
    assertThat(runner.isAlive()).isFalse();
    assertThat(end.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void aClosedStageListensNoMoreAndLeavesNoFile() throws Exception {
    List<URI> endpoints;
    Path folder;
    try (Stage stage = Stage.open(Tiny.scenario(), SPEED, true)) {
      endpoints = stage.endpoints();
      assertThat(endpoints).hasSize(3).doesNotHaveDuplicates();
      folder = stage.leftovers().folder();
      assertThat(folder).isNotEmptyDirectory();
    }

    assertThat(folder).doesNotExist();
    for (URI endpoint : endpoints) {
      try (Socket socket = new Socket()) {
        assertThatThrownBy(() -> socket.connect(loopback(endpoint.getPort()), 1000))
            .isInstanceOf(ConnectException.class);
      }
    }
  }

  @Test
  void withoutAQueueWhatIsRefusedStaysSo() throws Exception {
    Demo demo = new Demo(Tiny.scenario(), SPEED, Duration.ZERO, false, progress -> {});

    Counts counts =
        demo.run().report().sections().getFirst().policy("forebay").orElseThrow().counts();

    assertThat(counts.queued()).isZero();
    // A refusal at a call's deadline and its caller's leaving are due at the same moment.
    long lost = counts.refused() + counts.gaveUp();
    assertThat(lost).isPositive();
    assertThat(counts.answered() + lost).isEqualTo(counts.calls());
  }

  private static Map<String, Long> queuedByClass(Section measured) {
    return measured.policy("forebay").orElseThrow().classes().stream()
        .collect(toMap(ClassResult::name, result -> result.counts().queued()));
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static List<String> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(
            name ->
                name.startsWith("demo-")
                    || name.startsWith("vert.x-")
                    || name.startsWith("sdk-")
                    || name.startsWith("aws-java-sdk-"))
        .toList();
  }
}
