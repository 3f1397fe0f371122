package dev.forebay.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import software.amazon.eventstream.Message;

class EventTest {
  @Test
  void anEventIsFramedAsBedrockDoes() {
    Event event = Event.of("messageStart", Json.object().put("role", "assistant"));

    assertThat(HexFormat.of().formatHex(event.frame().getBytes()))
        .isEqualTo(
            "000000760000005296d5fade0b3a6576656e742d7479706507000c6d65737361676553746172740d3a63"
                + "6f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d"
                + "747970650700056576656e747b22726f6c65223a22617373697374616e74227d6fa8c599");
  }

  @Test
  void anExceptionIsFramedAsBedrockDoes() {
    Event event = Event.exception(ErrorType.Reason.TOKENS.error("any"));

    assertThat(HexFormat.of().formatHex(event.frame().getBytes()))
        .isEqualTo(
            "000000b0000000614f5086b30f3a657863657074696f6e2d747970650700137468726f74746c696e6745"
                + "7863657074696f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f"
                + "6e0d3a6d6573736167652d74797065070009657863657074696f6e7b226d657373616765223a2254"
                + "6f6f206d616e7920746f6b656e732c20706c656173652077616974206265666f726520747279696e"
                + "6720616761696e2e227df70ae57f");
  }

  @Test
  void aMalformedFrameHasAWrongChecksumAndNothingElseWrong() {
    Event event = Event.of("messageStart", Json.object().put("role", "assistant"));
    byte[] malformed = event.malformedFrame().getBytes();

    assertThat(malformed).hasSameSizeAs(event.frame().getBytes());
    assertThatThrownBy(() -> Message.decode(ByteBuffer.wrap(malformed)))
        .hasMessageContaining("checksum");
  }
}
