package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Frames of HTTP/2 that no well-behaved client sends: they end their connection, and others are
 * served.
 */
class MalformedHttp2Test {
  @RegisterExtension static final Stack stack = new Stack();

  @AfterEach
  void othersAreServed() {
    MalformedHttpTest.assertServed(stack);
  }

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int GO_AWAY = 7;

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Length, type, flags, stream, payload.
        "000002 00 00 00000001 7b7d", // DATA on a stream that was never opened
        "000001 01 05 00000002 82", // HEADERS on a stream that only a server may open
        "000001 09 04 00000001 82", // CONTINUATION of nothing
        "000001 01 01 00000001 82 000002 00 00 00000001 7b7d", // DATA within HEADERS
        "100000 00 00 00000001", // a frame of 1 MB
        "000004 08 00 00000000 00000000", // a window that grows by nothing
        "000003 04 00 00000000 000000", // SETTINGS of half an entry
        "000008 06 00 00000001 0000000000000000", // PING on a stream
        "000005 02 00 00000000 0000000000", // PRIORITY of no stream
        "000001 01 05 00000001 ff", // headers that cannot be unpacked
      })
  void anHttp2FrameOutOfOrderEndsItsConnection(String frames) throws Exception {
    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      raw.send(PREFACE).send(frame(4, 0, 0, new byte[0])).send(bytes(frames));

      assertThat(types(raw.readToEnd())).contains(GO_AWAY);
    }
    assertThat(stack.emulator().stats().total().arrived()).isZero();
  }

  @Test
  void aFloodOfContinuationsEndsItsConnection() throws Exception {
    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      raw.send(PREFACE).send(frame(4, 0, 0, new byte[0])).send(frame(1, 1, 1, new byte[] {0}));
      try {
        for (int i = 0; i < 10_000; i++) {
          raw.send(frame(9, 0, 1, new byte[0]));
        }
      } catch (SocketException closed) {
        // As it should be, while the flood still comes.
      }

      assertThat(raw.readToEnd()).isNotNull();
    }
  }

  @Test
  void aFloodOfSettingsEndsItsConnectionOrIsAnswered() throws Exception {
    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      raw.send(PREFACE);
      ByteArrayOutputStream flood = new ByteArrayOutputStream();
      for (int i = 0; i < 50_000; i++) {
        flood.write(frame(4, 0, 0, new byte[0]));
      }
      try {
        raw.send(flood.toByteArray());
        // Out of order, so that the connection ends in either case.
        raw.send(bytes("000001 09 04 00000001 82"));
      } catch (SocketException closed) {
        // As it should be, while the flood still comes.
      }

      assertThat(raw.readToEnd()).isNotNull();
    }
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(payload.length >> 16);
    frame.write(payload.length >> 8);
    frame.write(payload.length);
    frame.write(type);
    frame.write(flags);
    for (int shift = 24; shift >= 0; shift -= 8) {
      frame.write(stream >> shift);
    }
    frame.writeBytes(payload);
    return frame.toByteArray();
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** The types of the frames that came. */
  private static List<Integer> types(String received) {
    byte[] bytes = received.getBytes(StandardCharsets.ISO_8859_1);
    List<Integer> types = new ArrayList<>();
    for (int at = 0; at + 9 <= bytes.length; ) {
      types.add((int) bytes[at + 3]);
      at += 9 + ((bytes[at] & 255) << 16 | (bytes[at + 1] & 255) << 8 | (bytes[at + 2] & 255));
    }
    return types;
  }
}
