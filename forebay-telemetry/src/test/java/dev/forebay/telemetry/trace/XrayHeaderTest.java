package dev.forebay.telemetry.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XrayHeaderTest {
  private static final String HEADER =
      "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

  @Test
  void whatIsReadIsWrittenTheSame() {
    assertThat(again(HEADER)).isEqualTo(HEADER);
    String unsampled = HEADER.replace("Sampled=1", "Sampled=0");
    assertThat(again(unsampled)).isEqualTo(unsampled);
  }

  private static String again(String header) {
    SpanContext read = XrayHeader.read(header);
    return XrayHeader.write(read.getTraceId(), read.getSpanId(), read.isSampled());
  }

  @Test
  void fieldsComeInAnyOrderWithOthersAmongThem() {
    SpanContext read =
        XrayHeader.read(
            "Self=1-67891234-12456789abcdef012345678;Parent=53995c3f42cd8ad8; Sampled=?;"
                + " Root=1-5759e988-bd862e3fe1be46a994272793");

    assertThat(read.getTraceId()).isEqualTo("5759e988bd862e3fe1be46a994272793");
    assertThat(read.getSpanId()).isEqualTo("53995c3f42cd8ad8");
    assertThat(read.isSampled()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Root=1-5759e988-bd862e3fe1be46a994272793",
        "Root=1-5759e988-short;Parent=53995c3f42cd8ad8",
        "Parent=53995c3f42cd8ad8;Sampled=1",
        "Root=1-00000000-000000000000000000000000;Parent=53995c3f42cd8ad8"
      })
  void whatNamesNoSpanIsLeftAlone(String header) {
    assertThat(XrayHeader.read(header).isValid()).isFalse();
  }
}
