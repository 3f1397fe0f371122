package dev.forebay.cli;

import dev.forebay.cli.demo.Demo;
import dev.forebay.cli.demo.DemoException;
import dev.forebay.cli.demo.Screen;
import dev.forebay.cli.demo.Summary;
import dev.forebay.simulator.Scenario;
import dev.forebay.simulator.ScenarioException;
import dev.forebay.simulator.ScenarioFile;
import dev.forebay.simulator.report.HtmlReport;
import dev.forebay.simulator.report.JsonReport;
import dev.forebay.simulator.report.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a busy Monday over real HTTP, with and without Forebay. */
@Command(
    name = "demo",
    description =
        "Monday, 9 am: ten times as many calls, over HTTP, with usual retry loops and with Forebay.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  private static final double SLOWEST = 0.1;
  private static final double FASTEST = 200;
  private static final Duration CLOSING = Duration.ofMillis(2500);

  @Spec private CommandSpec spec;

  @Option(names = "--seed", paramLabel = "N", description = "Draws other calls; 1 by default.")
  private @Nullable Long seed;

  @Option(
      names = "--speed",
      paramLabel = "X",
      description = "Seconds of the scenario per real second, 0.1 to 200; 7 by default.")
  private double speed = 7;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Where the HTML and the JSON report go; ./forebay-demo by default.")
  private Path reports = Path.of("forebay-demo");

  @Option(
      names = "--scenario",
      paramLabel = "FILE|NAME",
      hidden = true,
      description = "Another scenario, without faults and others' load.")
  private String scenario = "demo";

  @Option(names = "--no-queue", hidden = true, description = "Leave no call for later.")
  private boolean noQueue;

  @Option(names = "--warm-up", paramLabel = "SECONDS", hidden = true)
  private double warmUp = 6;

  @Override
  public Integer call() {
    if (!(speed >= SLOWEST && speed <= FASTEST)) {
      throw new UsageException("--speed must be 0.1 to 200, was " + speed);
    }
    Scenario played = scenario();
    createFolder();
    // Before anything logs; see logback.xml.
    System.setProperty("forebay.log.wire", System.getProperty("forebay.log.wire", "off"));
    PrintWriter out = spec.commandLine().getOut();
    Screen screen = Screen.of(out, Terminal.isOne(), Terminal.wantsColours());
    Demo demo =
        new Demo(played, speed, Duration.ofMillis((long) (warmUp * 1000)), !noQueue, screen);
    CountDownLatch over = new CountDownLatch(1);
    Thread runner = Thread.currentThread();
    Thread hook = new Thread(() -> stop(runner, over, screen), "forebay-demo-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Report report = demo.run().report();
      screen.close();
      out.println();
      out.print(Summary.text(report));
      write(report, out);
      return 0;
    } catch (InterruptedException e) {
      return 1;
    } catch (DemoException e) {
      throw new FailedException(String.valueOf(e.getMessage()), e);
    } finally {
      screen.close();
      over.countDown();
      forget(hook);
    }
  }

  /** On a signal: everything ends, then the process with the signal's exit code. */
  private static void stop(Thread runner, CountDownLatch over, Screen screen) {
    screen.close();
    runner.interrupt();
    try {
      if (!over.await(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("forebay demo: not everything closed in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook runs already, and waits for this thread.
      return;
    }
  }

  private Scenario scenario() {
    try {
      Scenario loaded = ScenarioFile.load(scenario);
      return seed == null ? loaded : loaded.withSeed(seed);
    } catch (ScenarioException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** Before the run, so that a folder that cannot be written fails at once. */
  private void createFolder() {
    try {
      Files.createDirectories(reports);
      Files.delete(Files.createTempFile(reports, "demo", ".tmp"));
    } catch (IOException e) {
      throw new UsageException("--report: cannot write into " + reports + ": " + e);
    }
  }

  private void write(Report report, PrintWriter out) {
    out.println();
    write("demo.html", HtmlReport.write(report), out);
    write("demo.json", JsonReport.write(report), out);
    out.flush();
  }

  /** All of it or nothing, whenever the process ends. */
  private void write(String name, String text, PrintWriter out) {
    Path file = reports.resolve(name);
    Path part = reports.resolve(name + ".part");
    try {
      Files.writeString(part, text);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new FailedException("cannot write " + file + ": " + e, e);
    }
    out.println("Wrote " + file);
  }
}
