package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.config.StoreAddress.Host;
import dev.forebay.config.StoreAddress.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreAddressTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis://h | SERVER | false | '' | '' | [h:6379] | 0 | ''",
        "rediss://u:p%40ss@h:1/15 | SERVER | true | u | p@ss | [h:1] | 15 | ''",
        "redis://:a+b@[::1]:2/ | SERVER | false | '' | a+b | [::1:2] | 0 | ''",
        "redis-sentinel://:p@a,b:1/2#main | SENTINEL | false | '' | p | [a:26379, b:1] | 2 | main",
        "rediss-cluster://u:p@a,b:1 | CLUSTER | true | u | p | [a:6379, b:1] | 0 | ''",
      })
  void addresses(
      String text,
      Kind kind,
      boolean tls,
      String user,
      String password,
      String hosts,
      int database,
      String primary) {
    StoreAddress address = StoreAddress.of(new Secret(text));
    assertThat(address.kind()).isEqualTo(kind);
    assertThat(address.tls()).isEqualTo(tls);
    assertThat(address.user()).isEqualTo(user);
    assertThat(address.password().map(Secret::reveal).orElse("")).isEqualTo(password);
    assertThat(address.hosts().stream().map(StoreAddressTest::shown).toList()).hasToString(hosts);
    assertThat(address.database()).isEqualTo(database);
    assertThat(address.primary()).isEqualTo(primary);
  }

  @Test
  void aMessageNeverShowsIt() {
    assertThatThrownBy(() -> StoreAddress.of(new Secret("redis://:hunter2@a,b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the store's address has several hosts: write one, or begin it with"
                + " redis-sentinel:// or redis-cluster://");
  }

  private static String shown(Host host) {
    return host.name() + ":" + host.port();
  }
}
