package dev.forebay.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.engine.RecordingSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The calls of one loop, some of which have ended when the rest is stopped. */
class StopAllTest {
  @ParameterizedTest
  @CsvSource({"0", "2", "3", "'0,1'", "'1,0'", "'3,2'", "'0,3,1'", "'3,0,1,2'"})
  void stopsThoseThatAreLeft(String ended) {
    EngineBench bench = new EngineBench("");
    bench.target(silent -> {});
    List<RecordingSink> sinks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      sinks.add(bench.call("converse", EngineBench.BODY));
    }
    bench.run(Duration.ofMillis(10));
    List<RecordingSink> left = new ArrayList<>(sinks);
    for (String number : ended.split(",", -1)) {
      RecordingSink sink = sinks.get(Integer.parseInt(number));
      sink.leave();
      left.remove(sink);
    }

    bench.stopAll();

    for (RecordingSink sink : sinks) {
      assertThat(sink.ends()).isEqualTo(left.contains(sink) ? 1 : 0);
    }
    assertThat(left).allSatisfy(sink -> assertThat(sink.reply().status()).isEqualTo(503));
    assertThat(bench.underWay()).isZero();
    assertThat(bench.over()).isEqualTo(4);
    assertThat(bench.held()).isZero();
  }
}
