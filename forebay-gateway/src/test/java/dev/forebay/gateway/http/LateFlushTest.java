package dev.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

// What comes of a write is looked at where it arrives.
@SuppressWarnings("FutureReturnValueIgnored")
class LateFlushTest {
  private final Flushes flushes = new Flushes();
  private final EmbeddedChannel channel = new EmbeddedChannel(flushes, new LateFlush());

  @Test
  void whatIsWrittenInOneTurnOfTheLoopGoesOutTogether() {
    inOneTurn(
        () -> {
          write("a");
          write("b");
          channel.pipeline().flush();
          channel.pipeline().flush();
          assertThat(flushes.count).isZero();
        });
    assertThat(flushes.count).isEqualTo(1);
    assertThat(sent()).isEqualTo("ab");

    inOneTurn(
        () -> {
          write("c");
          channel.pipeline().flush();
        });
    assertThat(sent()).isEqualTo("c");
  }

  @Test
  void whatWasWrittenGoesOutBeforeTheEnd() {
    inOneTurn(
        () -> {
          write("last words");
          channel.pipeline().flush();
          channel.pipeline().close();
        });
    assertThat(sent()).isEqualTo("last words");
    assertThat(channel.isOpen()).isFalse();
  }

  private void inOneTurn(Runnable turn) {
    channel.eventLoop().execute(turn);
    channel.runPendingTasks();
  }

  private void write(String text) {
    channel.pipeline().write(bytes(text));
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  private String sent() {
    StringBuilder sent = new StringBuilder();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      sent.append(next.toString(StandardCharsets.UTF_8));
      next.release();
    }
    return sent.toString();
  }

  private static final class Flushes extends ChannelOutboundHandlerAdapter {
    private int count;

    @Override
    public void flush(ChannelHandlerContext context) {
      count++;
      context.flush();
    }
  }
}
