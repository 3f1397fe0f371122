package dev.forebay.config;

/** Whether this version acts on a setting. */
enum Stability {
  ACTIVE,
  /** Harmless to ignore: accepted with a warning. */
  NOT_YET;

  void announce(String path, Place place, Diagnostics reading) {
    switch (this) {
      case ACTIVE -> {}
      case NOT_YET ->
          reading.warning(
              place,
              path,
              "accepted, but this version does not act on it yet",
              "leave it out to be rid of this warning");
    }
  }
}
