package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RecordsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void refuseValuesThatMakeNoSense() {
    refuses("port", () -> new ServerConfig("localhost", 65_536));
    refuses("host", () -> new ServerConfig(" ", 80));
    refuses(
        "freshFor",
        () -> new RouteConfig.Cache(SECOND.negated(), SECOND, RouteConfig.Sharing.NONE));
    refuses(
        "staleFor",
        () -> new RouteConfig.Cache(SECOND, SECOND.negated(), RouteConfig.Sharing.NONE));
    refuses("expireAfter", () -> new RouteConfig.Queue(Duration.ZERO));
  }

  private static void refuses(String field, ThrowingCallable creation) {
    assertThatIllegalArgumentException().isThrownBy(creation).withMessageStartingWith(field);
  }
}
