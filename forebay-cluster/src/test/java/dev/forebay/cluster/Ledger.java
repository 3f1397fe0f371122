package dev.forebay.cluster;

/** Who holds which part of a quota, wherever that is written down, at times that a test names. */
interface Ledger {
  /** See {@link LeaseBook#lease}. */
  Grant lease(String owner, long seq, int wants, int has, int weight, long nowMillis);

  /** See {@link LeaseBook#giveBack}. */
  void giveBack(String owner, long seq, int has, long nowMillis);

  /** See {@link LeaseBook#settle}. */
  void settle(long millis, long nowMillis);

  /** What is counted as held by all. */
  long counted(long nowMillis);

  /** A book in memory. */
  static Ledger of(LeaseBook book) {
    return new Ledger() {
      @Override
      public Grant lease(String owner, long seq, int wants, int has, int weight, long nowMillis) {
        return book.lease(owner, seq, wants, has, weight, nowMillis);
      }

      @Override
      public void giveBack(String owner, long seq, int has, long nowMillis) {
        book.giveBack(owner, seq, has, nowMillis);
      }

      @Override
      public void settle(long millis, long nowMillis) {
        book.settle(millis, nowMillis);
      }

      @Override
      public long counted(long nowMillis) {
        return book.counted(nowMillis);
      }
    };
  }
}
