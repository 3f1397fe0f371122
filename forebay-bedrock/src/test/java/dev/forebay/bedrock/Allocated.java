package dev.forebay.bedrock;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what this thread takes of the heap, so that a test can bound it. */
public final class Allocated {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private long most;

  /** Runs it and remembers the most that any run has taken. */
  public void by(Runnable run) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    run.run();
    most = Math.max(most, THREADS.getCurrentThreadAllocatedBytes() - before);
  }

  /** In bytes. */
  public long most() {
    return most;
  }
}
