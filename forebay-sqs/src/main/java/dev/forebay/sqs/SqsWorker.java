package dev.forebay.sqs;

import dev.forebay.jobs.ResettableTimer;
import dev.forebay.jobs.worker.Capacity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
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
 * Without room it waits as long as it was told; when a call finds none after all, its message is
 * held until then, and no other is received. Thread-safe; blocks no thread.
 */
final class SqsWorker implements InFlightMessage.Listener {
  private static final Logger log = LoggerFactory.getLogger(SqsWorker.class);

  /** Long enough to cost little, and short enough to wait for while the gateway drains. */
  private static final Duration LONG_POLL = Duration.ofSeconds(5);

  /** For a server that does not wait, as it should. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private static final double NEWEST = 0.1;

  private final WorkerContext desk;
  private final MessageReader reader;
  private final Capacity capacity;
  private final Retrying retrying;
  private final SettledMessages settled = new SettledMessages();
  private final Map<MessageEnd, LongAdder> ends =
      Arrays.stream(MessageEnd.values())
          .collect(Collectors.toUnmodifiableMap(end -> end, end -> new LongAdder()));

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, InFlightMessage> held = new HashMap<>();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private final ResettableTimer alarm;
  private Instant notBefore = Instant.EPOCH;
  private double meanTokens;
  private int receiveFailures;
  private boolean isLooking;
  private boolean isStopping;
  private boolean isOutOfTime;

  /** A worker that does nothing before it is woken. */
  SqsWorker(WorkerContext desk, MessageReader reader, Capacity capacity, Retrying retrying) {
    this.desk = desk;
    this.reader = reader;
    this.capacity = capacity;
    this.retrying = retrying;
    this.alarm = new ResettableTimer(desk.timers(), this::wake);
  }

  /** Begins, or looks again: there may be capacity. */
  void wake() {
    Duration pause;
    int wanted;
    lock.lock();
    try {
      if (isStopping || isLooking) {
        return;
      }
      int free = desk.settings().concurrency() - held.size();
      if (free <= 0) {
        return;
      }
      wanted = meanTokens == 0 ? 1 : Math.min(QueueSettings.MAX_RECEIVE, free);
      pause = Duration.between(desk.clock().instant(), notBefore);
      isLooking = !pause.isPositive();
    } finally {
      lock.unlock();
    }
    if (pause.isPositive()) {
      alarm.set(pause);
    } else {
      look(wanted);
    }
  }

  private void look(int wanted) {
    switch (capacity.room(desk.settings().route(), mean(), wanted)) {
      case Capacity.Later later -> looked(later.delay());
      case Capacity.Now now -> {
        CompletableFuture<List<Message>> unused =
            desk.queues()
                .receive(desk.settings(), Math.min(now.jobs(), wanted), LONG_POLL)
                .whenComplete(
                    (messages, failed) ->
                        looked(failed == null ? begin(messages) : notReceived(failed)));
      }
    }
  }

  private long mean() {
    lock.lock();
    try {
      return Math.max(1, (long) meanTokens);
    } finally {
      lock.unlock();
    }
  }

  /** For how long to look no more. */
  private Duration begin(List<Message> messages) {
    int failed;
    lock.lock();
    try {
      failed = receiveFailures;
      receiveFailures = 0;
    } finally {
      lock.unlock();
    }
    if (failed > 0) {
      log.info("Receiving from {} works again", desk.settings().queue());
    }
    messages.forEach(this::begin);
    return messages.isEmpty() ? PAUSE : Duration.ZERO;
  }

  private void begin(Message message) {
    if (settled.has(message.messageId())) {
      deleteAgain(message);
      return;
    }
    Reading reading = reader.read(message);
    InFlightMessage next = new InFlightMessage(message, reading, desk, this);
    boolean known;
    boolean stopping;
    lock.lock();
    try {
      InFlightMessage here = held.get(next.id());
      known = here != null && here.receivedAgain(message.receiptHandle());
      if (!known) {
        held.put(next.id(), next);
      }
      stopping = isStopping;
      if (reading instanceof Reading.Asked asked) {
        meanTokens =
            meanTokens == 0 ? asked.tokens() : meanTokens + NEWEST * (asked.tokens() - meanTokens);
      }
    } finally {
      lock.unlock();
    }
    if (known) {
      return;
    }
    if (stopping) {
      next.giveBackIfIdle();
    } else {
      next.begin();
    }
  }

  private void deleteAgain(Message message) {
    CompletableFuture<Void> unused =
        desk.queues().delete(desk.settings().queue(), message.receiptHandle());
  }

  private Duration notReceived(Throwable failure) {
    int before;
    lock.lock();
    try {
      before = receiveFailures++;
    } finally {
      lock.unlock();
    }
    Duration delay = retrying.delay(before);
    if (before == 0) {
      log.warn(
          "Receiving from {} failed, and is tried again: {}",
          desk.settings().queue(),
          AwsFailure.kind(failure));
    }
    return delay;
  }

  private void looked(Duration delay) {
    boolean stopping;
    lock.lock();
    try {
      isLooking = false;
      stopping = isStopping;
    } finally {
      lock.unlock();
    }
    if (stopping) {
      giveBack();
    } else if (delay.isPositive()) {
      alarm.set(delay);
    } else {
      wake();
    }
    endIfDrained();
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
    lock.lock();
    try {
      held.remove(message.id(), message);
    } finally {
      lock.unlock();
    }
    wake();
    endIfDrained();
  }

  @Override
  public void noCapacity(Duration delay) {
    lock.lock();
    try {
      Instant until = desk.clock().instant().plus(delay);
      notBefore = until.isAfter(notBefore) ? until : notBefore;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isStopping() {
    lock.lock();
    try {
      return isStopping;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isReturning() {
    lock.lock();
    try {
      return isStopping && !isLooking;
    } finally {
      lock.unlock();
    }
  }

  /** How many messages are in hand. */
  int holding() {
    lock.lock();
    try {
      return held.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Receives no more, gives back what waits, and after a while what still runs. A poll under way is
   * waited for first in either case: it would receive at once what is given back, and count a
   * receipt.
   *
   * @return completes when none is left
   */
  CompletableFuture<Void> drain(Duration grace) {
    lock.lock();
    try {
      isStopping = true;
    } finally {
      lock.unlock();
    }
    giveBack();
    if (grace.isPositive()) {
      desk.timers().after(grace, this::runOutOfTime);
    } else {
      runOutOfTime();
    }
    endIfDrained();
    return drained;
  }

  private void runOutOfTime() {
    lock.lock();
    try {
      isOutOfTime = true;
    } finally {
      lock.unlock();
    }
    giveBack();
  }

  private void giveBack() {
    boolean all;
    lock.lock();
    try {
      if (isLooking) {
        return;
      }
      all = isOutOfTime;
    } finally {
      lock.unlock();
    }
    all().forEach(all ? InFlightMessage::giveBack : InFlightMessage::giveBackIfIdle);
  }

  private List<InFlightMessage> all() {
    lock.lock();
    try {
      return new ArrayList<>(held.values());
    } finally {
      lock.unlock();
    }
  }

  private void endIfDrained() {
    boolean none;
    lock.lock();
    try {
      none = isStopping && !isLooking && held.isEmpty();
    } finally {
      lock.unlock();
    }
    if (none) {
      drained.complete(null);
    }
  }
}
