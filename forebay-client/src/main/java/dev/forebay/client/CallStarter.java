package dev.forebay.client;

import dev.forebay.config.TargetConfig;
import dev.forebay.core.ErrorInfo;
import dev.forebay.engine.ResponseSink;
import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** What the two HTTP clients need of the library behind them. Thread-safe. */
interface CallStarter {
  /** What a call reports to the HTTP client that began it. */
  interface CallerSide {
    /**
     * The call may go on when its own caller has left, since others want its answer too. Said
     * before the first attempt.
     */
    void outlivesCaller();

    /** Ends the call for its caller with an error, whatever becomes of it. On any thread. */
    void abandon(ErrorInfo error);

    /** A route's calls may ask these targets, which are looked up for its first call alone. */
    void mayAsk(String route, Supplier<? extends Collection<TargetConfig>> targets);
  }

  /** Makes a call, or refuses it; the sink gets its end once in either case. On the loop. */
  void start(IncomingCall call, CallLoop loop, ResponseSink sink, CallerSide callerSide);

  CallTimers timers();

  HttpClients clients();

  /** A source of randomness for one call. */
  RandomGenerator random();

  /** Runs a call's events that come by threads which may not run them. */
  Executor events();

  /** Looks after the threads that wait. */
  Interrupts interrupts();
}
