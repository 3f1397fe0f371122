package dev.forebay.cli;

import java.util.Set;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code forebay} command. Exit codes: 0 done, 1 failed, 2 usage or configuration error. */
@Command(
    name = "forebay",
    description =
        "Keeps generative-AI applications answering while Amazon Bedrock throttles, slows or fails.",
    subcommands = {
      ServeCommand.class,
      EmulateCommand.class,
      TopCommand.class,
      DemoCommand.class,
      SimulateCommand.class,
      ConfigCommand.class,
      QuotasCommand.class,
      JobsCommand.class,
      HelpCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
public final class Main implements Runnable {
  /** What these find, they print. */
  private static final Set<String> CHECKS = Set.of("config", "quotas");

  @Spec private CommandSpec spec;

  Main() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: one of the commands below.");
  }

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    if (args.length > 0 && CHECKS.contains(args[0]) && System.getenv("FOREBAY_LOG") == null) {
      Logs.onlyErrors();
    }
    System.exit(
        ServeFastPath.of(args).map(Main::serve).orElseGet(() -> commandLine().execute(args)));
  }

  private static int serve(ServeCommand command) {
    try {
      return command.call();
    } catch (RuntimeException e) {
      return failed("forebay serve", e, System.err::println);
    }
  }

  /** The command, ready to run. */
  public static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(
            (exception, commandLine, parsed) ->
                failed(
                    commandLine.getCommandSpec().qualifiedName(),
                    exception,
                    commandLine.getErr()::println));
  }

  private static int failed(String command, Exception exception, Consumer<String> err) {
    err.accept(command + ": " + reason(exception));
    return exception instanceof UsageException ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  /** The message for a person; a defect of ours shows where it is. */
  private static String reason(Exception exception) {
    if (exception instanceof UsageException || exception instanceof FailedException) {
      return String.valueOf(exception.getMessage());
    }
    StringBuilder text = new StringBuilder("unexpected " + exception);
    for (StackTraceElement frame : exception.getStackTrace()) {
      text.append("\n  at ").append(frame);
    }
    return text.toString();
  }
}
