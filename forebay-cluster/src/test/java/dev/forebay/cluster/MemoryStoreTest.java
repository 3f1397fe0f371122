package dev.forebay.cluster;

import java.util.concurrent.atomic.AtomicLong;

class MemoryStoreTest extends SharedStoreKit {
  private final AtomicLong now = new AtomicLong(1_000_000);
  private final MemoryStore store = new MemoryStore(now::get);

  @Override
  SharedStore connect(int weight) {
    return store.connect(weight);
  }

  @Override
  void flush() {
    store.flush();
  }

  @Override
  void pass(long millis) {
    now.addAndGet(millis);
  }
}
