package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

class FrameSplitterTest {
  private static final byte[] START = Frames.event("messageStart", "{\"role\":\"assistant\"}");
  private static final byte[] DELTA =
      Frames.event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hi\"}}");
  private static final byte[] STOP = Frames.event("messageStop", "{\"stopReason\":\"end_turn\"}");
  private static final byte[] STREAM = joined(START, DELTA, STOP);

  private final FrameSplitter splitter = new FrameSplitter();
  private final List<Frame> frames = new ArrayList<>();

  @Test
  void aStreamCutAtAnyTwoBytesYieldsTheSameFrames() throws Exception {
    for (int first = 0; first <= STREAM.length; first++) {
      for (int second = first; second <= STREAM.length; second += 7) {
        FrameSplitter each = new FrameSplitter();
        List<Frame> found = new ArrayList<>();
        each.feed(Arrays.copyOfRange(STREAM, 0, first), found::add);
        each.feed(Arrays.copyOfRange(STREAM, first, second), found::add);
        each.feed(Arrays.copyOfRange(STREAM, second, STREAM.length), found::add);
        assertThat(found).extracting(Frame::raw).containsExactly(START, DELTA, STOP);
        assertThat(each.atBoundary()).isTrue();
      }
    }
  }

  @Test
  void aStreamFedByteByByteIsAtABoundaryOnlyAfterEachFrame() throws Exception {
    int boundaries = 0;
    for (byte b : STREAM) {
      splitter.feed(new byte[] {b}, frames::add);
      boundaries += splitter.atBoundary() ? 1 : 0;
    }
    assertThat(frames).extracting(Frame::raw).containsExactly(START, DELTA, STOP);
    assertThat(boundaries).isEqualTo(3);
  }

  @Test
  void aDirectBufferWithAnOffsetIsReadToItsLimit() throws Exception {
    ByteBuffer chunk = ByteBuffer.allocateDirect(START.length + 8);
    chunk.position(4).put(START).flip().position(4);
    splitter.feed(chunk, frames::add);
    assertThat(frames).extracting(Frame::raw).containsExactly(START);
    assertThat(chunk.hasRemaining()).isFalse();
  }

  @Test
  void anyFlippedBitIsFound() {
    for (int at = 0; at < DELTA.length; at++) {
      byte[] damaged = DELTA.clone();
      damaged[at] ^= 1;
      assertThatThrownBy(() -> new FrameSplitter().feed(damaged, frames::add))
          .isInstanceOf(MalformedFrameException.class);
    }
    assertThat(frames).isEmpty();
  }

  @Test
  void aWrongPreludeIsRefusedBeforeTheRestComes() {
    byte[] damaged = Arrays.copyOf(DELTA, 12);
    damaged[11] ^= 1;
    assertThatThrownBy(() -> splitter.feed(damaged, frames::add))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessageContaining("prelude");
  }

  @Test
  void framesBeforeAMalformedOneAreHandedOnAndNoneAfter() {
    byte[] damaged = DELTA.clone();
    damaged[20] ^= 1;
    assertThatThrownBy(() -> splitter.feed(joined(START, damaged, STOP), frames::add))
        .isInstanceOf(MalformedFrameException.class);
    assertThatThrownBy(() -> splitter.feed(STOP, frames::add))
        .isInstanceOf(MalformedFrameException.class);
    assertThat(frames).extracting(Frame::raw).containsExactly(START);
  }

  @Test
  void lengthsBeyondTheLimitsAreRefusedAtThePrelude() throws Exception {
    int headers = FrameSplitter.MAX_HEADERS;
    int payload = FrameSplitter.MAX_PAYLOAD;
    for (byte[] bad :
        List.of(
            prelude(16 + headers + payload + 1, headers),
            prelude(16 + headers + 1, headers + 1),
            prelude(15, 0),
            prelude(0, 0),
            prelude(-1, 0),
            prelude(16, 1),
            prelude(100, -1))) {
      assertThatThrownBy(() -> new FrameSplitter().feed(bad, frames::add))
          .isInstanceOf(MalformedFrameException.class)
          .hasMessageContaining("impossible");
    }
    splitter.feed(prelude(16 + headers + payload, headers), frames::add);
    assertThat(splitter.atBoundary()).isFalse();
  }

  @Test
  void aFrameOfTheLargestPayloadPasses() throws Exception {
    byte[] large =
        new Message(
                Map.of(":event-type", HeaderValue.fromString("chunk")),
                new byte[FrameSplitter.MAX_PAYLOAD])
            .toByteBuffer()
            .array();
    for (int at = 0; at < large.length; at += 1 << 16) {
      splitter.feed(ByteBuffer.wrap(large, at, Math.min(1 << 16, large.length - at)), frames::add);
    }
    assertThat(frames).hasSize(1);
    assertThat(frames.getFirst().raw()).isEqualTo(large);
  }

  @Test
  void headersOfEveryTypeAreSteppedOver() throws Exception {
    Map<String, HeaderValue> headers = new LinkedHashMap<>();
    headers.put("yes", HeaderValue.fromBoolean(true));
    headers.put("no", HeaderValue.fromBoolean(false));
    headers.put("byte", HeaderValue.fromByte((byte) 1));
    headers.put("int", HeaderValue.fromInteger(1));
    headers.put("long", HeaderValue.fromLong(1));
    headers.put("bytes", HeaderValue.fromByteArray(new byte[300]));
    headers.put("time", HeaderValue.fromTimestamp(Instant.EPOCH));
    headers.put("uuid", HeaderValue.fromUuid(new UUID(1, 2)));
    headers.put("last", HeaderValue.fromString("found"));
    Frame frame = Frames.one(new Message(headers, new byte[3]).toByteBuffer().array());
    assertThat(frame.header("last")).isEqualTo("found");
    assertThat(frame.header("int")).isNull();
    assertThat(frame.header("lost")).isNull();
    assertThat(frame.payload()).hasSize(3);
  }

  /** By hand, as AWS's encoder writes one byte for a short where the format has two. */
  @Test
  void aShortHeaderHasTwoBytes() throws Exception {
    byte[] headers = {1, 's', 3, 0, 1, 1, 't', 7, 0, 2, 'o', 'k'};
    assertThat(Frames.one(frame(headers)).header("t")).isEqualTo("ok");
  }

  @Test
  void damagedHeadersUnderRightChecksumsAreRefused() throws Exception {
    Mutations mutations = new Mutations(2);
    byte[] headers = Arrays.copyOfRange(START, 12, 12 + 0x52);
    int refused = 0;
    for (int i = 0; i < Mutations.COUNT; i++) {
      byte[] damaged = mutations.of(headers);
      try {
        Frame frame = Frames.one(frame(damaged));
        assertThat(frame.payload()).isEmpty();
        String type = frame.header(":event-type");
        assertThat(type == null || type.length() <= damaged.length).isTrue();
      } catch (MalformedFrameException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1, Mutations.COUNT - 1);
  }

  @Test
  void damagedStreamsYieldOnlyFramesThatWereThere() {
    Mutations mutations = new Mutations(3);
    SplittableRandom random = new SplittableRandom(3);
    int refused = 0;
    for (int i = 0; i < Mutations.COUNT; i++) {
      byte[] damaged = mutations.of(STREAM);
      int cut = random.nextInt(damaged.length + 1);
      FrameSplitter each = new FrameSplitter();
      List<Frame> found = new ArrayList<>();
      try {
        each.feed(ByteBuffer.wrap(damaged, 0, cut), found::add);
        each.feed(ByteBuffer.wrap(damaged, cut, damaged.length - cut), found::add);
      } catch (MalformedFrameException e) {
        refused++;
      }
      for (Frame frame : found) {
        byte[] raw = frame.raw();
        assertThat(
                Arrays.equals(raw, START) || Arrays.equals(raw, DELTA) || Arrays.equals(raw, STOP))
            .isTrue();
      }
    }
    assertThat(refused).isBetween(1, Mutations.COUNT - 1);
  }

  private static byte[] frame(byte[] headers) {
    int total = 16 + headers.length;
    ByteBuffer frame = ByteBuffer.allocate(total);
    frame.put(prelude(total, headers.length)).put(headers);
    frame.putInt(crc(frame.array(), total - 4));
    return frame.array();
  }

  private static byte[] prelude(int total, int headers) {
    ByteBuffer prelude = ByteBuffer.allocate(12).putInt(total).putInt(headers);
    return prelude.putInt(crc(prelude.array(), 8)).array();
  }

  private static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
