package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LifetimeTest {
  @Test
  void waitsForSocketsByEpollWhereThereIsSuch() {
    Vertx vertx = Lifetime.vertx();
    try {
      boolean linux =
          System.getProperty("os.name").equals("Linux")
              && Set.of("amd64", "aarch64").contains(System.getProperty("os.arch"));
      assertThat(vertx.isNativeTransportEnabled()).isEqualTo(linux);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
