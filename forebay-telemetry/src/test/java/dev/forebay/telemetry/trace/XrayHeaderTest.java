package dev.forebay.telemetry.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.telemetry.TraceHeaders;
import dev.forebay.telemetry.trace.CallersTrace.Decision;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XrayHeaderTest {
  private static final String HEADER =
      "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
  private static final String ID = "5759e988bd862e3fe1be46a994272793";

  @Test
  void whatIsReadIsWrittenTheSame() {
    assertThat(again(HEADER)).isEqualTo(HEADER);
    String unsampled = HEADER.replace("Sampled=1", "Sampled=0");
    assertThat(again(unsampled)).isEqualTo(unsampled);
  }

  private static String again(String header) {
    CallersTrace read = XrayHeader.read(header);
    assertThat(read.parent().isSampled()).isEqualTo(read.decision() == Decision.KEEP);
    assertThat(read.parent().getTraceId()).isEqualTo(read.traceId());
    Map<String, String> written = new HashMap<>();
    TraceHeaders.write(
        read.traceId(), read.parent().getSpanId(), read.decision() == Decision.KEEP, written::put);
    return String.valueOf(written.get(TraceHeaders.XRAY));
  }

  @Test
  void fieldsComeInAnyOrderWithOthersAmongThem() {
    CallersTrace read =
        XrayHeader.read(
            "Self=1-67891234-12456789abcdef012345678;Parent=53995c3f42cd8ad8; Sampled=?;"
                + " Root=1-5759e988-bd862e3fe1be46a994272793");

    assertThat(read.traceId()).isEqualTo(ID);
    assertThat(read.parent().getSpanId()).isEqualTo("53995c3f42cd8ad8");
    assertThat(read.decision()).isEqualTo(Decision.LEFT_TO_US);
  }

  @Test
  void aLoadBalancerNamesTheTraceAlone() {
    CallersTrace read = XrayHeader.read("Root=1-5759e988-bd862e3fe1be46a994272793");

    assertThat(read.traceId()).isEqualTo(ID);
    assertThat(read.parent().isValid()).isFalse();
    assertThat(read.decision()).isEqualTo(Decision.LEFT_TO_US);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Root=1-5759e988-short;Parent=53995c3f42cd8ad8",
        "Parent=53995c3f42cd8ad8;Sampled=1",
        "Root=1-00000000-000000000000000000000000;Parent=53995c3f42cd8ad8"
      })
  void whatNamesNoTraceIsLeftAlone(String header) {
    assertThat(XrayHeader.read(header).isNamed()).isFalse();
  }
}
