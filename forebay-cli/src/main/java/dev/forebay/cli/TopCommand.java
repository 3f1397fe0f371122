package dev.forebay.cli;

import dev.forebay.cli.top.StatusException;
import dev.forebay.cli.top.StatusSource;
import dev.forebay.cli.top.StatusText;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Watches a gateway in the terminal. */
@Command(
    name = "top",
    description =
        "Watches a gateway: what the dashboard shows, in a terminal, or a line a second in a pipe."
            + " Where it asks for a key, FOREBAY_KEY holds the secret of one with admin: true.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TopCommand implements Callable<Integer> {
  private static final String KEY = "FOREBAY_KEY";
  private static final String OTHER_SCREEN = "\u001b[?1049h\u001b[?25l";
  private static final String OWN_SCREEN = "\u001b[?25h\u001b[?1049l";
  private static final String HOME = "\u001b[H";
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_REST = "\u001b[J";

  @Spec private CommandSpec spec;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The gateway; http://127.0.0.1:8480 by default.")
  private String url = "http://127.0.0.1:8480";

  @Option(names = "--once", description = "Shows the present state and ends.")
  private boolean once;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    boolean screen = Terminal.isOne() && !once;
    StatusText text =
        new StatusText(
            number("COLUMNS", screen ? 80 : 120),
            number("LINES", screen ? 24 : 200),
            Terminal.isOne() && Terminal.wantsColours(),
            ZoneId.systemDefault());
    try (StatusSource source = source()) {
      JsonObject first = source.ask();
      if (once) {
        text.picture(first).forEach(out::println);
        out.flush();
      } else if (screen) {
        redraw(source, text, first, out);
      } else {
        print(source, text, first, out);
      }
      return 0;
    } catch (StatusException e) {
      throw new FailedException(String.valueOf(e.getMessage()), e);
    }
  }

  private StatusSource source() {
    return new StatusSource(GatewayAddress.of(url), Optional.ofNullable(System.getenv(KEY)));
  }

  /** Until a signal comes. A gateway that is gone is said to be, and asked again. */
  private static void redraw(
      StatusSource source, StatusText text, JsonObject first, PrintWriter out)
      throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stopped.countDown();
                  out.print(OWN_SCREEN);
                  out.flush();
                },
                "forebay-top-stop"));
    out.print(OTHER_SCREEN);
    JsonObject last = first;
    String trouble = "";
    do {
      StringBuilder frame = new StringBuilder(HOME);
      text.picture(last).forEach(line -> frame.append(line).append(CLEAR_LINE).append('\n'));
      out.print(frame.append(trouble).append(CLEAR_LINE).append(CLEAR_REST));
      out.flush();
      try {
        last = source.ask();
        trouble = "";
      } catch (StatusException e) {
        trouble = String.valueOf(e.getMessage());
      }
    } while (!stopped.await(1, TimeUnit.SECONDS));
  }

  /** A line a second, and one for whatever happens; ends when the gateway does. */
  private static void print(StatusSource source, StatusText text, JsonObject first, PrintWriter out)
      throws StatusException, InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    long seen = lastEvent(first);
    for (JsonObject status = first; !out.checkError(); status = source.ask()) {
      text.events(status, seen).forEach(out::println);
      seen = lastEvent(status);
      out.println(text.line(status));
      out.flush();
      if (never.await(1, TimeUnit.SECONDS)) {
        return;
      }
    }
  }

  private static long lastEvent(JsonObject status) {
    JsonArray events = status.getJsonArray("events");
    return events.isEmpty() ? 0 : events.getJsonObject(events.size() - 1).getLong("id");
  }

  private static int number(String variable, int otherwise) {
    String value = System.getenv(variable);
    try {
      return value == null ? otherwise : Math.max(40, Integer.parseInt(value.trim()));
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }
}
