package dev.forebay.sqs;

import dev.forebay.jobs.worker.Heartbeat;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Keeps a message hidden from other consumers while a worker has it: extends its visibility timeout
 * each third of that time. Thread-safe.
 */
final class VisibilityHeartbeat {
  private final MessageContext context;
  private final Supplier<String> receipt;
  private final Heartbeat heartbeat;

  /**
   * A heartbeat that has not begun.
   *
   * @param receipt the latest handle of the message
   * @param wanted asked before each extension; the heartbeat ends when this says no
   * @param lost runs each time that the message was found with another worker or deleted
   */
  VisibilityHeartbeat(
      MessageContext context, Supplier<String> receipt, BooleanSupplier wanted, Runnable lost) {
    this.context = context;
    this.receipt = receipt;
    this.heartbeat =
        new Heartbeat(
            context.timers(),
            context.settings().visibility(),
            wanted,
            this::extendVisibility,
            lost);
  }

  void begin() {
    heartbeat.begin();
  }

  /** A failure says that the message is lost only if SQS says so. */
  private CompletableFuture<Boolean> extendVisibility() {
    return context
        .queues()
        .changeVisibility(
            context.settings().queue(), receipt.get(), context.settings().visibility())
        .handle((done, e) -> e == null || !AwsFailure.isLost(e));
  }
}
