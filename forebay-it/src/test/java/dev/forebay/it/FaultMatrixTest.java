package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.gateway.Gateway;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Every fault of an upstream, for unary calls and streams, with a fallback and without: each call
 * ends as it should, by its deadline, once.
 */
@Isolated("It measures when calls end.")
class FaultMatrixTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";

  @Test
  void eachCallEndsAsItShouldByItsDeadlineOnce() throws Exception {
    try (FaultMatrix matrix =
        new FaultMatrix(
            Faults.all(),
            new FaultMatrix.Way("unary", false),
            new FaultMatrix.Way("stream", true))) {
      assertThat(Faults.all()).hasSizeGreaterThanOrEqualTo(24);
      Gateway first = gateway(matrix);
      matrix.warmUp(cell -> call(first, cell));
      first.close().toCompletionStage().toCompletableFuture().join();
      Gateway gateway = gateway(matrix);
      matrix.check(cell -> call(gateway, cell));
      gateway.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static FaultMatrix.Got call(Gateway gateway, FaultMatrix.Cell cell) throws Exception {
    String operation = cell.way().streaming() ? "/converse-stream" : "/converse";
    try (RawHttp caller = new RawHttp(gateway.port())) {
      String wire =
          caller
              .send(RawHttp.post("/model/" + cell.name() + operation, BODY, "Connection: close"))
              .readToEnd();
      Seen seen = Seen.of(wire.getBytes(StandardCharsets.ISO_8859_1));
      return new FaultMatrix.Got(seen.end(), seen.text());
    }
  }

  private static Gateway gateway(FaultMatrix matrix) {
    return stack.start(
        ConfigFile.parse("server: { port: 0 }\n" + matrix.config(), "matrix.yaml", Map.of()),
        matrix::heard);
  }
}
