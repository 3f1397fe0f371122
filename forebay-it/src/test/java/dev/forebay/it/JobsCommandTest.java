package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JobsCommandTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String KEYS =
      """
      auth:
        keys:
          - { name: web, secret: "${WEB}" }
          - { name: ops, secret: "${ADMIN}", admin: true }
      """;

  @TempDir private Path folder;

  @Test
  void listsShowsCancelsAndRedrives() throws Exception {
    stack
        .emulator()
        .faults("[{\"count\": 1, \"error\": {\"exception\": \"ValidationException\"}}]");
    try (QueuedGateway gateway = new QueuedGateway(stack, QueuedGateway.storeIn(folder))) {
      String url = gateway.endpoint().toString();
      String failed = gateway.enqueue();
      await().until(() -> gateway.state(failed).equals("failed"));
      String id = failed.substring("/jobs/".length());

      Run list = Run.of("jobs", "list", "--url", url, "--state", "failed");
      assertThat(list.exitCode()).isZero();
      assertThat(list.out().lines().findFirst())
          .hasValueSatisfying(head -> assertThat(head).startsWith("ID").contains("STATE"));
      assertThat(list.out()).contains(id, "anyone", "400 ValidationException");

      Run show = Run.of("jobs", "show", id, "--url", url);
      assertThat(show.exitCode()).isZero();
      assertThat(show.out()).containsPattern("state +failed").containsPattern("attempts +1");

      Run redrive = Run.of("jobs", "redrive", id, "--url", url);
      assertThat(redrive.exitCode()).isZero();
      await().until(() -> gateway.state(failed).equals("done"));

      Run cancel = Run.of("jobs", "cancel", id, "--url", url);
      assertThat(cancel.exitCode()).isEqualTo(1);
      assertThat(cancel.err()).contains("is done already");
    }
  }

  @Test
  void cancelsAJobUnderWay() throws Exception {
    stack.emulator().faults("[{\"hang\": {}}]");
    try (QueuedGateway gateway = new QueuedGateway(stack, QueuedGateway.storeIn(folder))) {
      String job = gateway.enqueue();
      Run cancel =
          Run.of(
              "jobs",
              "cancel",
              job.substring("/jobs/".length()),
              "--url",
              gateway.endpoint().toString());
      assertThat(cancel.exitCode()).isZero();
      assertThat(cancel.out()).containsPattern("state +cancelled");
    }
  }

  @Test
  void turnsPages() throws Exception {
    try (QueuedGateway gateway = new QueuedGateway(stack, QueuedGateway.storeIn(folder))) {
      gateway.enqueue();
      gateway.enqueue();
      String url = gateway.endpoint().toString();
      String first = Run.of("jobs", "list", "--url", url, "--limit", "1").out();
      String cursor = first.lines().toList().getLast().replace("More: --cursor ", "");
      Run second = Run.of("jobs", "list", "--url", url, "--limit", "1", "--cursor", cursor);
      assertThat(second.out().lines()).hasSize(2);
    }
  }

  @Test
  void asksWithAKey() throws Exception {
    try (QueuedGateway gateway =
        new QueuedGateway(
            stack, QueuedGateway.storeIn(folder), stack.emulator().endpoint(), "", KEYS)) {
      String url = gateway.endpoint().toString();
      Run refused = Run.of("jobs", "list", "--url", url);
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).contains("(status 403)").doesNotContain("at dev.forebay");
      assertThat(Run.of("jobs", "list", "--url", url, "--key", QueuedGateway.WEB).exitCode())
          .isZero();
    }
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    try (QueuedGateway gateway = new QueuedGateway(stack, QueuedGateway.storeIn(folder))) {
      String url = gateway.endpoint().toString();
      Run malformed = Run.of("jobs", "show", "a/b", "--url", url);
      assertThat(malformed.exitCode()).isEqualTo(2);
      assertThat(malformed.err()).contains("must be 26 characters");
      Run state = Run.of("jobs", "list", "--state", "asleep", "--url", url);
      assertThat(state.exitCode()).isEqualTo(2);
      Run unknown = Run.of("jobs", "show", "01M88GK80K4Q0QC65Y89A006VP", "--url", url);
      assertThat(unknown.exitCode()).isEqualTo(1);
      assertThat(unknown.err()).contains("There is no job");
    }
    Run nowhere = Run.of("jobs", "list", "--url", "http://127.0.0.1:1");
    assertThat(nowhere.exitCode()).isEqualTo(1);
    assertThat(nowhere.err()).contains("Cannot reach the gateway at http://127.0.0.1:1");
    assertThat(Run.of("jobs", "list", "--url", "no address").exitCode()).isEqualTo(2);
    assertThat(Run.of("jobs").exitCode()).isEqualTo(2);
    assertThat(Run.of("jobs", "--help").exitCode()).isZero();
  }
}
