package dev.forebay.cloudwatch;

import java.util.List;

/** Where data go. May wait; closes what it uses. */
interface MetricSink extends AutoCloseable {
  /** What became of a batch. */
  enum Fate {
    ARRIVED,
    /** It has certainly not arrived, and may do so later. */
    LATER,
    /** It is refused, or may have arrived: sending it again could count it twice. */
    LOST
  }

  /** Sends so many at most as one request may have. */
  Fate send(List<Datum> batch);

  @Override
  void close();
}
