package dev.forebay.it.howto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.it.Stack;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The applications of docs/how-to in Java are built and run as their readers do it. */
@Order(Order.DEFAULT - 1)
@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class JavaPagesTest {
  private static final String FALLBACK = ".*claude-haiku.*: \\w.*";

  @RegisterExtension static final Stack stack = new Stack();

  @ParameterizedTest
  @CsvSource({"java, by: fallback haiku-use1", "spring-boot, ''", "langchain4j, ''"})
  void anApplicationGetsTheFallbacksAnswersAndRetriesNothing(
      String name, String said, @TempDir Path folder) throws Exception {
    HowToPage page = HowToPage.of(name);
    page.lay(folder);
    Shell shell = new Shell(folder, Map.of());
    try (ThrottledGateway gateway = new ThrottledGateway(stack, "")) {
      String lines = page.shell().getFirst().replace("http://127.0.0.1:8480", gateway.address());
      assertThat(lines).contains(gateway.address());

      assertThat(shell.run(lines)).as(shell.said()).isZero();
      assertThat(shell.said())
          .containsPattern("(?m)^whole: " + FALLBACK)
          .containsPattern("(?m)^streamed: " + FALLBACK)
          .contains(said);
      assertThat(gateway.calls()).isEqualTo(Map.of("fallback", 2));

      gateway.throttle("");
      assertThat(shell.run(lines)).as(shell.said()).isNotZero();
      assertThat(shell.said()).contains("Too many requests, please wait before trying again");
      assertThat(gateway.calls()).isEqualTo(Map.of("fallback", 2, "refused", 1));
    }
  }
}
