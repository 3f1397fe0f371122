package dev.forebay.sqs;

import dev.forebay.jobs.JobResult;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.worker.JobRunner;
import dev.forebay.jobs.worker.RunningCall;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * One message held by a worker: its calls, lease renewals, and what their end means to it.
 *
 * <p>A throttle or a failure does not send it back to the queue, which would count a receipt: it is
 * held, hidden from others, until its next call. Thread-safe: the thread that changes the phase
 * does what follows, and the lock is held for nothing but the fields.
 */
final class InFlightMessage {
  private static final Logger log = LoggerFactory.getLogger(InFlightMessage.class);

  /**
   * For a message that neither queue accepts, so that it does not cost a call each time that it
   * returns.
   */
  private static final Duration PUT_ASIDE = Duration.ofHours(1);

  /** Receives its events. */
  interface Listener {
    /** It has its answer, or is a dead letter: if it comes again, nothing is left to do. */
    void settled(InFlightMessage message, MessageEnd end);

    /** It goes back to the queue. */
    void returned(InFlightMessage message);

    /** Nothing more comes of it: its place is free. */
    void over(InFlightMessage message);

    /** The route has no capacity for that long. */
    void noCapacity(Duration delay);

    /** Whether no call is to begin any more. */
    boolean isStopping();

    /** Whether what waits is to go back to the queue now. */
    boolean isReturning();
  }

  private enum Phase {
    WAITING,
    RUNNING,
    SETTLING,
    /** Going back to the queue: its visibility timeout must not be extended again. */
    RETURNING,
    OVER
  }

  private final Message message;
  private final ParsedMessage reading;
  private final MessageContext context;
  private final Listener listener;

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING);

  private final ReentrantLock lock = new ReentrantLock();
  private String receipt;
  private Instant received;
  private int failures;
  private int calls;
  private final RunningCall call;
  private final VisibilityHeartbeat heartbeat;

  InFlightMessage(
      Message message, ParsedMessage reading, MessageContext context, Listener listener) {
    this.message = message;
    this.reading = reading;
    this.context = context;
    this.listener = listener;
    this.receipt = message.receiptHandle();
    this.received = context.clock().instant();
    this.call = new RunningCall(context.runner());
    this.heartbeat = new VisibilityHeartbeat(context, this::receipt, this::staysHidden, this::lose);
  }

  String id() {
    return message.messageId();
  }

  void begin() {
    heartbeat.begin();
    switch (reading) {
      case ParsedMessage.Poison poison -> {
        if (move(Phase.WAITING, Phase.SETTLING)) {
          moveToDeadLetter(poison.reason());
        }
      }
      case ParsedMessage.Asked asked -> {
        if (isFirstReceipt()) {
          start(asked);
        } else {
          startUnlessAnswered(asked);
        }
      }
    }
  }

  /**
   * It was delivered once more while it is here: only the latest handle counts from now on.
   *
   * @return whether it is still here; if not, it was given back just now, and the delivery is new
   */
  boolean receivedAgain(String newReceipt) {
    lock.lock();
    try {
      receipt = newReceipt;
      received = context.clock().instant();
    } finally {
      lock.unlock();
    }
    return !is(Phase.RETURNING) && !is(Phase.OVER);
  }

  private boolean isFirstReceipt() {
    String count = message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
    return "1".equals(count);
  }

  /** An earlier worker may have stored its answer without deleting the message. */
  private void startUnlessAnswered(ParsedMessage.Asked asked) {
    observe(
        context.replies().isAnswered(message),
        (answered, e) -> {
          if (answered == null || !answered) {
            start(asked);
          } else if (move(Phase.WAITING, Phase.SETTLING)) {
            observe(
                context.replies().answeredBefore(message, asked.replyQueue()),
                (done, failed) -> delivered(failed));
          }
        });
  }

  private void start(ParsedMessage.Asked asked) {
    if (listener.isStopping() || !move(Phase.WAITING, Phase.RUNNING)) {
      return;
    }
    call.start(job(asked), () -> is(Phase.RUNNING), end -> ended(asked, end));
  }

  private TakenJob job(ParsedMessage.Asked asked) {
    lock.lock();
    try {
      return context.job(asked, failures, ++calls);
    } finally {
      lock.unlock();
    }
  }

  private void ended(ParsedMessage.Asked asked, JobRunner.End end) {
    switch (end) {
      case JobRunner.Answered answered -> {
        if (move(Phase.RUNNING, Phase.SETTLING)) {
          deliver(asked, answered.result());
        }
      }
      case JobRunner.Refused refused -> {
        if (move(Phase.RUNNING, Phase.SETTLING)) {
          moveToDeadLetter(refused.reason());
        }
      }
      case JobRunner.NoCapacity none -> {
        if (move(Phase.RUNNING, Phase.WAITING)) {
          listener.noCapacity(none.delay());
          startAfter(none.delay(), asked);
        }
      }
      case JobRunner.Postponed postponed -> {
        if (move(Phase.RUNNING, Phase.WAITING)) {
          startAfter(postponed.delay(), asked);
        }
      }
      case JobRunner.Broken broken -> failed(asked, broken.reason());
    }
  }

  private void failed(ParsedMessage.Asked asked, String reason) {
    int failed = countFailure();
    if (failed < context.settings().maxAttempts()) {
      if (move(Phase.RUNNING, Phase.WAITING)) {
        startAfter(JobRunner.Broken.backoff(failed - 1, context.random()), asked);
      }
    } else if (move(Phase.RUNNING, Phase.SETTLING)) {
      moveToDeadLetter(reason);
    }
  }

  private int countFailure() {
    lock.lock();
    try {
      return ++failures;
    } finally {
      lock.unlock();
    }
  }

  private void startAfter(Duration delay, ParsedMessage.Asked asked) {
    if (listener.isReturning()) {
      giveBackIfIdle();
    } else {
      context.timers().after(delay, () -> start(asked));
    }
  }

  private void deliver(ParsedMessage.Asked asked, JobResult result) {
    observe(
        context.replies().answer(message, asked.replyQueue(), result), (done, e) -> delivered(e));
  }

  private void delivered(@Nullable Throwable failed) {
    if (failed == null) {
      settled(MessageEnd.ANSWERED);
    } else if (cause(failed) instanceof UndeliverableException nowhere) {
      moveToDeadLetter(String.valueOf(nowhere.getMessage()));
    } else if (AwsFailure.passes(failed)) {
      log.warn(
          "The answer to message {} could not be stored, so it is asked for again: {}",
          id(),
          AwsFailure.kind(failed));
      returnAfter(Duration.ZERO);
    } else {
      moveToDeadLetter("the answer could not be stored: " + AwsFailure.kind(failed));
    }
  }

  private static Throwable cause(Throwable failure) {
    return failure.getCause() == null ? failure : failure.getCause();
  }

  private void moveToDeadLetter(String reason) {
    int failed;
    lock.lock();
    try {
      failed = failures;
    } finally {
      lock.unlock();
    }
    log.warn("Message {} is a dead letter: {}", id(), reason);
    observe(
        context.replies().moveToDeadLetter(message, reason, failed),
        (done, e) -> {
          if (e == null) {
            settled(MessageEnd.DEAD_LETTER);
          } else {
            log.error(
                "Message {} cannot be put into the dead-letter queue, and is tried again in an"
                    + " hour: {}",
                id(),
                AwsFailure.kind(e));
            returnAfter(PUT_ASIDE);
          }
        });
  }

  private void settled(MessageEnd end) {
    listener.settled(this, end);
    observe(
        context.queues().delete(context.settings().queue(), receipt()),
        (done, e) -> {
          if (e != null) {
            log.warn(
                "Message {} is settled but was not deleted, and may come again: {}",
                id(),
                AwsFailure.kind(e));
          }
          finish();
        });
  }

  /** Back to the queue at once, unless it has just ended. */
  void giveBack() {
    if (move(Phase.WAITING, Phase.RETURNING) || move(Phase.RUNNING, Phase.RETURNING)) {
      call.cancel();
      changeVisibility(Duration.ZERO);
    }
  }

  /** Back to the queue if it is not being worked on. */
  void giveBackIfIdle() {
    if (move(Phase.WAITING, Phase.RETURNING)) {
      changeVisibility(Duration.ZERO);
    }
  }

  private void returnAfter(Duration length) {
    if (move(Phase.SETTLING, Phase.RETURNING)) {
      changeVisibility(length);
    }
  }

  private void changeVisibility(Duration length) {
    listener.returned(this);
    observe(
        context.queues().changeVisibility(context.settings().queue(), receipt(), length),
        (done, e) -> finish());
  }

  private boolean staysHidden() {
    if (is(Phase.OVER) || is(Phase.RETURNING)) {
      return false;
    }
    if (isHeldTooLong()) {
      giveBack();
      return false;
    }
    return true;
  }

  /** SQS would show the message to others, and refuse to extend its visibility timeout. */
  private boolean isHeldTooLong() {
    lock.lock();
    try {
      Instant last = received.plus(QueueSettings.MAX_VISIBILITY);
      return context.clock().instant().plus(context.settings().visibility()).isAfter(last);
    } finally {
      lock.unlock();
    }
  }

  /** Another worker has it, or it was deleted: cancels its call. */
  private void lose() {
    if (move(Phase.WAITING, Phase.OVER) || move(Phase.RUNNING, Phase.OVER)) {
      call.cancel();
      listener.over(this);
    }
  }

  private void finish() {
    if (move(Phase.SETTLING, Phase.OVER) || move(Phase.RETURNING, Phase.OVER)) {
      call.settled();
      listener.over(this);
    }
  }

  private String receipt() {
    lock.lock();
    try {
      return receipt;
    } finally {
      lock.unlock();
    }
  }

  private boolean is(Phase asked) {
    return phase.get() == asked;
  }

  private boolean move(Phase from, Phase to) {
    return phase.compareAndSet(from, to);
  }

  private interface Seen<T> {
    void at(@Nullable T value, @Nullable Throwable error);
  }

  private static <T> void observe(CompletableFuture<T> future, Seen<T> seen) {
    CompletableFuture<T> unused = future.whenComplete(seen::at);
  }
}
