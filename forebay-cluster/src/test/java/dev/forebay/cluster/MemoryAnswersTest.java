package dev.forebay.cluster;

/** The kit on the store that other tests use. */
class MemoryAnswersTest extends AnswerStoreKit {
  private final VirtualTimers timers = new VirtualTimers();
  private final MemoryAnswers store = new MemoryAnswers(timers);

  @Override
  AnswerStore store() {
    return store;
  }

  @Override
  void pass(long millis) {
    timers.run(millis);
  }
}
