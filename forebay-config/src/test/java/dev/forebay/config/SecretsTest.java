package dev.forebay.config;

import static dev.forebay.config.Examples.SMALLEST;
import static dev.forebay.config.Examples.refusal;
import static dev.forebay.config.Examples.target;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  @Test
  void aConfigurationDoesNotShowThem() {
    GatewayConfig config = Examples.parse(Examples.full());
    assertThat(config.toString()).contains("bearer:***").doesNotContain("s3cr3t");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bearer:hunter2",
        "bearer:hunter2${SECRET}",
        "bearer:${NONE:-hunter2}",
        "static:${ID}:hunter2",
        "static:AKIA:${SECRET}:hunter2"
      })
  void areRefusedInTheFile(String credentials) {
    assertThat(refusal(target("region: us-east-1, model: m, credentials: '" + credentials + "'")))
        .isEqualTo(
            "forebay.yaml:2:49: targets.a.credentials: the secret is written in the file;"
                + " secrets only by reference, such as ${ENV}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "targets: {a: {region: us-east-1, model: m, credentials: 'bearer:${NONE}'}}",
        "targets: {a: {region: us-east-1, model: m, credentials: 'static:${NONE}:${SECRET}'}}",
        "targets: {a: {region: us-east-1, model: m, proxy: 'http://u:${NONE}@proxy'}}",
        "auth: {keys: [{name: web, secret: '${NONE}'}]}",
        "jobs: {store: 'postgres://u:${NONE}@h/d'}",
        "jobs: {store: 'sqlite:x', callbacks: {hosts: [h], secret: '${NONE}'}}",
        "cluster: {url: 'redis://u:${NONE}@h'}"
      })
  void noDefaultIsSuggestedForOneThatIsMissing(String yaml) {
    assertThat(refusal(yaml))
        .contains("environment variable NONE is not set; set it in the environment of the gateway")
        .doesNotContain(":-");
  }

  @Test
  void aDefaultIsSuggestedForAnythingElse() {
    assertThat(refusal(target("region: '${NONE}', model: m")))
        .contains("set it, or give a default: ${NONE:-default}");
  }

  @Test
  void passwordsInAddressesAreRefusedInTheFile() {
    assertThat(refusal(SMALLEST + "cluster: {url: 'redis://u:hunter2@h'}"))
        .isEqualTo(
            "forebay.yaml:5:16: cluster.url: has a password written in the file;"
                + " secrets only by reference: ${PASSWORD}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${WHOLE}",
        "${WHOLE}x",
        "role:${WHOLE}",
        "static:${WHOLE}",
        "static:${ID}:${BLANK:-}",
        "bearer:${BLANK:-}",
        "${WHOLE} ${"
      })
  void noProblemShowsThem(String credentials) {
    String text = target("region: us-east-1, model: m, credentials: '" + credentials + "'");
    assertThat(
            Assertions.catchThrowableOfType(
                ConfigException.class,
                () -> ConfigFile.parse(text, "f", Map.of("WHOLE", "s3cr3t", "ID", "s3cr3t"))))
        .message()
        .contains("targets.a.credentials")
        .doesNotContain("s3cr3t");
  }

  @Test
  void allOfTheCredentialsMayComeByOneReference() {
    GatewayConfig config =
        ConfigFile.parse(
            target("region: us-east-1, model: m, credentials: '${WHOLE}'"),
            "f",
            Map.of("WHOLE", "static:id:key"));
    assertThat(Examples.target(config, "a").credentials())
        .isEqualTo(new Credentials.Static("id", new Secret("key"), Optional.empty()));
  }
}
