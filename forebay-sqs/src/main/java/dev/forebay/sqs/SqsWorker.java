package dev.forebay.sqs;

import dev.forebay.jobs.worker.Capacity;
import dev.forebay.jobs.worker.PullLoop;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * Drains a queue of Amazon SQS as capacity allows: asks for room first, and only then receives.
 *
 * <pre>
 * k = min(10, room for messages of the mean size, free places)
 * </pre>
 *
 * <p>The mean is an average of the last messages; before the first one is known, one is received.
 * Without room it waits for the time that {@link Capacity} names. When a call finds none after all,
 * its message is held until then, and no other is received. Thread-safe; blocks no thread.
 */
final class SqsWorker implements InFlightMessage.Listener {
  private static final Logger log = LoggerFactory.getLogger(SqsWorker.class);

  /** Long enough to cost little, and short enough to wait for while the gateway drains. */
  private static final Duration LONG_POLL = Duration.ofSeconds(5);

  /** For a server that does not wait, as it should. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private static final double NEWEST = 0.1;

  private final MessageContext context;
  private final MessageReader reader;
  private final Capacity capacity;
  private final Retrying retrying;
  private final SettledMessages settled = new SettledMessages();
  private final Map<MessageEnd, LongAdder> ends =
      Arrays.stream(MessageEnd.values())
          .collect(Collectors.toUnmodifiableMap(end -> end, end -> new LongAdder()));

  private final PullLoop<String, InFlightMessage> loop;
  private volatile boolean isOutOfTime;

  /** Written by one poll at a time. */
  private volatile double meanTokens;

  private volatile int receiveFailures;

  /** A worker that does nothing before it is woken. */
  SqsWorker(MessageContext context, MessageReader reader, Capacity capacity, Retrying retrying) {
    this.context = context;
    this.reader = reader;
    this.capacity = capacity;
    this.retrying = retrying;
    this.loop =
        new PullLoop<>(
            context.settings().concurrency(),
            context.timers(),
            context.clock(),
            this::receive,
            PAUSE,
            this::received);
  }

  /** Begins, or looks again: there may be capacity. */
  void wake() {
    loop.wake();
  }

  private CompletableFuture<Duration> receive(int free) {
    double mean = meanTokens;
    int wanted = mean == 0 ? 1 : Math.min(QueueSettings.MAX_RECEIVE, free);
    return switch (capacity.room(context.settings().route(), Math.max(1, (long) mean), wanted)) {
      case Capacity.Later later -> CompletableFuture.completedFuture(later.delay());
      case Capacity.Now now ->
          context
              .queues()
              .receive(context.settings(), Math.min(now.jobs(), wanted), LONG_POLL)
              .handle((messages, failed) -> failed == null ? begin(messages) : notReceived(failed));
    };
  }

  /** For how long to look no more. */
  private Duration begin(List<Message> messages) {
    if (receiveFailures > 0) {
      log.info("Receiving from {} works again", context.settings().queue());
    }
    receiveFailures = 0;
    messages.forEach(this::begin);
    return messages.isEmpty() ? PAUSE : Duration.ZERO;
  }

  private void begin(Message message) {
    if (settled.has(message.messageId())) {
      deleteAgain(message);
      return;
    }
    ParsedMessage reading = reader.read(message);
    if (reading instanceof ParsedMessage.Asked asked) {
      double mean = meanTokens;
      meanTokens = mean == 0 ? asked.tokens() : mean + NEWEST * (asked.tokens() - mean);
    }
    InFlightMessage here = loop.find(message.messageId());
    if (here != null && here.receivedAgain(message.receiptHandle())) {
      return;
    }
    InFlightMessage next = new InFlightMessage(message, reading, context, this);
    loop.hold(next.id(), next);
    if (loop.isStopping()) {
      next.giveBackIfIdle();
    } else {
      next.begin();
    }
  }

  private void deleteAgain(Message message) {
    CompletableFuture<Void> unused =
        context.queues().delete(context.settings().queue(), message.receiptHandle());
  }

  private Duration notReceived(Throwable failure) {
    int before = receiveFailures;
    receiveFailures = before + 1;
    if (before == 0) {
      log.warn(
          "Receiving from {} failed, and is tried again: {}",
          context.settings().queue(),
          AwsFailure.kind(failure));
    }
    return retrying.delay(before);
  }

  private void received() {
    if (loop.isStopping()) {
      giveBack();
    }
  }

  @Override
  public void settled(InFlightMessage message, MessageEnd end) {
    settled.add(message.id());
    counter(end).increment();
  }

  @Override
  public void returned(InFlightMessage message) {
    counter(MessageEnd.RETURNED).increment();
  }

  private LongAdder counter(MessageEnd end) {
    return Objects.requireNonNull(ends.get(end));
  }

  /** How many messages came to such an end. */
  long ended(MessageEnd how) {
    return counter(how).sum();
  }

  @Override
  public void over(InFlightMessage message) {
    loop.over(message.id(), message);
  }

  @Override
  public void noCapacity(Duration delay) {
    loop.pause(delay);
  }

  @Override
  public boolean isStopping() {
    return loop.isStopping();
  }

  @Override
  public boolean isReturning() {
    return loop.isStopping() && !loop.isPulling();
  }

  /** How many messages are in hand. */
  int holding() {
    return loop.size();
  }

  /**
   * Receives no more, gives back what waits, and after a while what still runs. A poll under way is
   * waited for first in either case: it would receive at once what is given back, and count a
   * receipt.
   *
   * @return completes when none is left
   */
  CompletableFuture<Void> drain(Duration grace) {
    CompletableFuture<Void> drained = loop.stop();
    giveBack();
    if (grace.isPositive()) {
      context.timers().after(grace, this::runOutOfTime);
    } else {
      runOutOfTime();
    }
    return drained;
  }

  private void runOutOfTime() {
    isOutOfTime = true;
    giveBack();
  }

  private void giveBack() {
    if (!loop.isPulling()) {
      loop.all().forEach(isOutOfTime ? InFlightMessage::giveBack : InFlightMessage::giveBackIfIdle);
    }
  }
}
