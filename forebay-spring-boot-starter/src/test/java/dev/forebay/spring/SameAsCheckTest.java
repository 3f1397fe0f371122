package dev.forebay.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.client.Forebay;
import dev.forebay.client.RouteHealth;
import dev.forebay.config.ApplicationCheck;
import dev.forebay.config.ApplicationFile;
import dev.forebay.config.ConfigException;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * {@code forebay config check} and an application that starts take the same files, and refuse the
 * same with the same words. The application reads its file by Spring Boot, the check without it.
 */
class SameAsCheckTest {
  private static final String TARGET =
      "forebay.targets: { one: { region: us-east-1, model: us.m-v1:0, credentials: anonymous } }\n";

  private static final String ROUTE = "forebay.routes.chat:\n  tiers: [[one]]\n";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  deadline: 20s\n",
        "  retry: { max-attempts: 3, baseDelay: 5ms, max-delay: 20ms }\n",
        "  keep-alive: off\n",
        "  keepAlive: 15s\n",
        "  cache:\n",
        "  hedge.enabled: yes\n",
        "  fallback-on: refusal, empty\n",
        "  fallback-on: [refusal]\n",
        "  fallback-on: []\n",
        "  breaker:\n    failure-rate: 0.50\n",
        "  deadline: ${my.deadline}\nmy.deadline: 7s\n",
        "  deadline: ${no.such:9s}\n",
        "  deadline: ${no.such:-9s}\n",
        "  degraded.message: We are busy.\n",
        "  dedline: 3s\n",
        "  deadline: soon\n",
        "  deadline: [3s]\n",
        "  deadline:\n",
        "  retry: 3\n",
        "  retry: { max-atempts: 3 }\n",
        "  retry: { max-attempts: 30 }\n",
        "  fallback-on: refusal, nothing\n",
        "  queue.expire-after: 0s\n",
        "  deadline: 010\n",
        "  breaker: { failure-rate: 2 }\n",
        "forebay.rotes.x.deadline: 3s\n",
        "forebay.targets.one.serviceTier: fast\n",
        "forebay.targets.one.credentials: static:a:b\n",
        "forebay.targets.one.quota.requests-per-minute: 1_000\n",
        "forebay.models.\"[us.m]\".max-output-tokens: none\n",
        "forebay.routes.\"[an.other]\".tiers: [[one]]\n",
        "forebay.routes.up_per.Case: 3\n",
        "---\nforebay.routes.chat.deadline: 9s\n",
        "---\nforebay.routes.chat.tiers[0][0]: two\n",
        "---\nspring.config.activate.on-profile: prod\nforebay.routes.chat.deadline: soon\n",
        "---\nspring.config.activate.on-profile: \"!prod\"\nforebay.routes.chat.deadline: soon\n",
        "---\nspring.config.activate.on-profile: eu & prod\nforebay.routes.chat.deadline: soon\n",
        "---\nspring.config.activate.on-profile: [eu, prod]\nforebay.routes.chat.retry: no\n",
        "---\nspring.config.activate.on-profile: (eu | us) & !prod\nforebay.routes.chat.retry: 1\n",
      })
  void aFileIsTakenOrRefusedByBothWithTheSameWords(String more) throws IOException {
    Path file = Files.writeString(folder.resolve("application.yaml"), TARGET + ROUTE + more);
    compareWithProfiles(file, more);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "forebay.routes.chat.retry.max-attempts = 3",
        "forebay.routes.chat.retry.max-atempts : 3",
        "forebay.routes[a.b:c].tiers[0][0]=one",
        "forebay.routes[a.b\\:c].tiers[0][0]=one",
        "forebay.routes.chat.fallback-on=refusal,\\\n   empty",
        "# forebay.routes.chat.deadline=soon",
        "forebay.routes.chat.deadline=soon\n#---\nforebay.routes.chat.deadline=9s",
        "#---\nspring.config.activate.on-profile=prod\nforebay.routes.chat.deadline=soon"
      })
  void propertiesToo(String more) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("application.properties"),
            "forebay.targets.one.region=us-east-1\nforebay.targets.one.model=us.m-v1\\:0\n"
                + "forebay.targets.one.credentials=anonymous\n"
                + "forebay.routes.chat.tiers[0][0]=one\n"
                + more);
    compareWithProfiles(file, more);
  }

  private static void compareWithProfiles(Path file, String text) {
    compare(file, List.of());
    if (text.contains("on-profile")) {
      compare(file, List.of("prod"));
      compare(file, List.of("eu", "prod"));
    }
  }

  private static void compare(Path file, List<String> profiles) {
    ApplicationCheck check =
        ApplicationFile.read(file).orElseThrow().check(profiles, Map.of()).getFirst();
    assertThat(checkedWords(check)).isEqualTo(startedWords(file, profiles));
  }

  /** What the check says, or which routes there are. */
  private static List<String> checkedWords(ApplicationCheck check) {
    return check.problems().isEmpty()
        ? check.config().map(GatewayConfig::routes).orElseThrow().keySet().stream()
            .sorted()
            .toList()
        : words(check.problems());
  }

  private static List<String> startedWords(Path file, List<String> profiles) {
    List<String> words = new ArrayList<>();
    new ApplicationContextRunner()
        .withInitializer(new ConfigDataApplicationContextInitializer())
        .withPropertyValues("spring.config.location=" + file.toUri())
        .withPropertyValues("spring.profiles.active=" + String.join(",", profiles))
        .withConfiguration(AutoConfigurations.of(ForebayAutoConfiguration.class))
        .run(
            context -> {
              Throwable root = context.getStartupFailure();
              while (root != null && root.getCause() != null) {
                root = root.getCause();
              }
              if (root == null) {
                context.getBean(Forebay.class).health().stream()
                    .map(RouteHealth::route)
                    .sorted()
                    .forEach(words::add);
              } else {
                assertThat(root).isInstanceOf(ConfigException.class);
                words.addAll(words(((ConfigException) root).problems()));
              }
            });
    return words;
  }

  private static List<String> words(List<Problem> problems) {
    return problems.stream()
        .map(problem -> problem.path() + ": " + problem.message() + "; " + problem.remedy())
        .sorted()
        .toList();
  }
}
