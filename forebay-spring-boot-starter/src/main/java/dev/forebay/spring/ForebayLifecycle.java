package dev.forebay.spring;

import dev.forebay.client.Forebay;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;

/**
 * Closes Forebay when the application ends: after the web server, listeners of messages and
 * executors have stopped, whose phases are higher, and before any bean is destroyed. Calls in
 * progress have {@code spring.lifecycle.timeout-per-shutdown-phase} to end.
 */
final class ForebayLifecycle implements SmartLifecycle {
  /** Executors of Spring stop at half of the largest number, and web servers before them. */
  private static final int PHASE = Integer.MAX_VALUE / 4;

  private static final String TIMEOUT = "spring.lifecycle.timeout-per-shutdown-phase";

  /** Spring Boot's own. */
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private final Forebay forebay;
  private final Duration patience;
  private volatile boolean running;

  ForebayLifecycle(Forebay forebay, Environment environment) {
    this.forebay = forebay;
    this.patience = Binder.get(environment).bind(TIMEOUT, Duration.class).orElse(DEFAULT_TIMEOUT);
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    forebay.close(patience);
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  /**
   * Not stopped while the test framework of Spring 7 pauses an unused context: a closed Forebay
   * cannot go on. Spring 6 does not have the method.
   */
  @SuppressWarnings("unused")
  public boolean isPauseable() {
    return false;
  }
}
