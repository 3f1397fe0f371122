package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Spring Boot application's file, checked without the application. */
class ApplicationFileTest {
  private static final String SOUND =
      """
      spring.application.name: shop
      forebay:
        targets:
          one: { region: us-east-1, model: us.m-v1:0, credentials: anonymous }
        routes:
          "[a.model]":
            tiers: [[one]]
      """;

  @TempDir Path folder;

  private ApplicationFile file(String name, String text) throws IOException {
    return ApplicationFile.read(Files.writeString(folder.resolve(name), text)).orElseThrow();
  }

  private ApplicationCheck check(String text) throws IOException {
    return file("application.yaml", text).check(List.of(), Map.of()).getFirst();
  }

  private static List<String> lines(List<Problem> problems) {
    return problems.stream()
        .map(
            problem ->
                "%d:%d: %s: %s; %s"
                    .formatted(
                        problem.place().line(),
                        problem.place().column(),
                        problem.path(),
                        problem.message(),
                        problem.remedy()))
        .toList();
  }

  @Test
  void aSoundFileIsAConfiguration() throws IOException {
    ApplicationCheck check = check(SOUND);
    assertThat(check.problems()).isEmpty();
    assertThat(check.warnings()).isEmpty();
    assertThat(check.config().orElseThrow().routes()).containsOnlyKeys("a.model");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'      retry: { max-atempts: 3 }' | 8:29: forebay.routes.'a.model'.retry: unknown key"
            + " 'max-atempts'; did you mean 'maxAttempts'?",
        "'      deadline: soon' | 8:17: forebay.routes.'a.model'.deadline: 'soon' is not a"
            + " duration; write whole numbers with units, such as 250ms, 20s, 1m30s or 24h",
        "'      tiers: [[one]]' | 8:7: forebay.routes.'a.model': duplicate key 'tiers'; keep one of"
            + " them",
        "'      cache: {}' | 8:14: forebay.routes.'a.model'.cache: Spring loses a section that is"
            + " written {}; write nothing",
        "'    b.model: { tiers: [[one]] }' | 8:5: forebay.routes: Spring does not keep the name"
            + " 'b.model' as it is; write it in brackets: \"[b.model]\"",
        "'    chat: { tiers: [[two]] }' | 8:22: forebay.routes.chat.tiers[0][0]: there is no target"
            + " 'two'; known here: one",
        "'  rotes: { }' | 8:10: forebay.rotes: Spring loses a section that is written {}; write"
            + " nothing",
        "'  max-concurent-calls: 3' | 8:24: forebay: unknown key 'max-concurent-calls'; did you"
            + " mean 'max-concurrent-calls'?",
        "'  maxConcurrentCalls: 0' | 8:23: forebay.maxConcurrentCalls: '0' is no positive whole"
            + " number; write one such as 50, or leave it out for no limit",
        "'  enabled: maybe' | 8:12: forebay.enabled: 'maybe' is neither true nor false; write true"
            + " or false",
        "'  config: forebay.yaml' | 8:11: forebay.config: forebay.targets is set too; keep the"
            + " file, or the keys in the properties",
      })
  void badInputsHavePlaceAndRemedy(String line, String problem) throws IOException {
    assertThat(lines(check(SOUND + line + "\n").problems())).contains(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "forebay.routes.chat.dedline=3s | 5:1: forebay.routes.chat: unknown key 'dedline'; did you"
            + " mean 'deadline'?",
        "'  forebay.targets.one.region=useast' | 5:3: forebay.targets.one.region: 'useast' is not"
            + " an AWS region such as us-east-1; write an AWS region such as us-east-1",
        "forebay.routes.chat.deadline=\\u00 | 5:1: : not a valid property; correct the escape in"
            + " this line",
      })
  void badLinesHavePlaceAndRemedy(String line, String problem) throws IOException {
    ApplicationFile file =
        file(
            "application.properties",
            """
            forebay.targets.one.region=us-east-1
            forebay.targets.one.model=us.m-v1\\:0
            forebay.routes.chat.tiers[0][0]=\\
              one
            """
                + line);
    assertThat(lines(file.check(List.of(), Map.of()).getFirst().problems())).contains(problem);
  }

  @Test
  void whatIsNotKnownHereIsNamedAndAllElseIsChecked() throws IOException {
    String text = SOUND.replace("us-east-1", "\"${my.region}\"") + "      deadline: soon\n";
    ApplicationCheck check = check(text);
    assertThat(lines(check.warnings()))
        .containsExactly(
            "4:20: : refers to 'my.region', which is not here: it is not checked; set MY_REGION in"
                + " the environment to check it");
    assertThat(lines(check.problems())).singleElement().asString().contains("'soon'");

    ApplicationFile sound = file("application.yaml", text.replace("soon", "9s"));
    assertThat(sound.check(List.of(), Map.of()).getFirst().config()).isEmpty();
    assertThat(sound.check(List.of(), Map.of()).getFirst().problems()).isEmpty();
    assertThat(sound.check(List.of(), Map.of("MY_REGION", "eu-west-1")).getFirst().config())
        .isPresent();
    assertThat(lines(sound.check(List.of(), Map.of("MY_REGION", "west")).getFirst().problems()))
        .singleElement()
        .asString()
        .contains("is not an AWS region");
  }

  @Test
  void aTierThatIsNotKnownMakesNoOtherKeyWrong() throws IOException {
    ApplicationCheck check = check(SOUND.replace("[[one]]", "[[\"${first}\"], [one]]"));
    assertThat(check.problems()).isEmpty();
    assertThat(check.warnings()).hasSize(1);
  }

  @Test
  void importsAndAFileOfKeysAreToBeCheckedByThemselves() throws IOException {
    ApplicationCheck check =
        check("spring.config.import: more.yaml\nforebay.config: classpath:forebay.yaml\n");
    assertThat(check.configured()).isFalse();
    assertThat(check.problems()).isEmpty();
    assertThat(lines(check.warnings()))
        .containsExactly(
            "1:23: spring.config.import: what is imported is not read here; check it by itself if"
                + " it has keys of Forebay",
            "2:17: forebay.config: the configuration is in 'classpath:forebay.yaml'; check that"
                + " file by itself");
  }

  @Test
  void eachProfileThatIsNamedIsCheckedAlone() throws IOException {
    Files.writeString(
        folder.resolve("application-eu.yml"), "forebay.targets.one.region: nowhere\n");
    ApplicationFile file =
        file(
            "application.yaml",
            SOUND
                + """
                ---
                spring.config.activate.on-profile: prod & !test
                forebay.routes."[a.model]".deadline: soon
                """);
    List<ApplicationCheck> checks = file.check(List.of(), Map.of());
    assertThat(checks)
        .extracting(ApplicationCheck::profiles, check -> check.problems().size())
        .containsExactly(
            tuple(List.of(), 0),
            tuple(List.of("eu"), 1),
            tuple(List.of("prod"), 1),
            tuple(List.of("test"), 0));
    assertThat(file.check(List.of("prod", "eu"), Map.of()).getFirst().problems()).hasSize(2);
    assertThat(file.check(List.of("prod", "test"), Map.of()).getFirst().problems()).isEmpty();
  }

  @Test
  void profilesThatTheFileMakesActiveAreActive() throws IOException {
    String text =
        "spring.profiles.active: prod\n"
            + SOUND
            + "---\nspring.config.activate.on-profile: prod\nforebay.targets.one.region: nowhere\n";
    assertThat(check(text).profiles()).containsExactly("prod");
    assertThat(check(text).problems()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a | true",
        "!a | false",
        "a & b | false",
        "a | true",
        "(a & !b) | true",
        "!(a & b) | true",
        "c & (a & b) | false",
        "'' | false",
        "( | false",
        "a & | false",
      })
  void anExpressionHoldsAsSpringReadsIt(String expression, boolean holds) {
    assertThat(ProfileExpression.holds(expression, Set.of("a"))).isEqualTo(holds);
  }

  @Test
  void alternativesOfAnExpression() {
    assertThat(ProfileExpression.holds("b | a", Set.of("a"))).isTrue();
    assertThat(ProfileExpression.holds("b | c", Set.of("a"))).isFalse();
    assertThat(ProfileExpression.named("(b | !c) & d")).containsExactly("b", "c", "d");
  }

  @Test
  void aGatewaysFileIsNoApplications() throws IOException {
    for (String name : List.of("forebay.yaml", "application.yaml", "application.properties", "x")) {
      Path file = Files.writeString(folder.resolve(name), "targets: {}\nroutes: {}\n");
      assertThat(ApplicationFile.read(file)).as(name).isEmpty();
    }
  }

  @Test
  void aGatewaysFileMayHaveAnyNumberOfValues() throws IOException {
    String routes =
        IntStream.range(0, 10_001).mapToObj(i -> "  r" + i + ": 1\n").collect(Collectors.joining());
    Path file = Files.writeString(folder.resolve("forebay.yaml"), "routes:\n" + routes);
    assertThat(ApplicationFile.read(file)).isEmpty();
  }

  @Test
  void aHostileFileIsRefusedSoon() throws IOException {
    String bomb =
        IntStream.range(1, 6)
            .mapToObj(
                i ->
                    "a%d: &a%d [%s]\n"
                        .formatted(
                            i,
                            i,
                            IntStream.range(0, 9)
                                .mapToObj(j -> i == 1 ? "x" : "*a" + (i - 1))
                                .collect(Collectors.joining(","))))
            .collect(Collectors.joining());
    Path file = folder.resolve("application.yaml");
    Files.writeString(file, "forebay.enabled: true\n" + bomb);
    assertThatThrownBy(() -> ApplicationFile.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has more than 10000 properties");
    Files.writeString(file, "forebay: &a { b: *a }\n");
    assertThatThrownBy(() -> ApplicationFile.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("application.yaml:1:10: is nested too deeply");
    Files.writeString(file, "forebay: {\n");
    assertThatThrownBy(() -> ApplicationFile.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("not valid YAML");
  }
}
