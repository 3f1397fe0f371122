package dev.forebay.config;

/** Whether this version acts on a setting. */
enum Standing {
  ACTIVE,
  /** Harmless to ignore: accepted with a warning. */
  NOT_YET,
  /** Dangerous to ignore, since it restricts who may call: refused. */
  REFUSED;

  void announce(String path, Place place, Reading reading) {
    switch (this) {
      case ACTIVE -> {}
      case NOT_YET ->
          reading.warning(
              place,
              path,
              "accepted, but this version does not act on it yet",
              "leave it out to be rid of this warning");
      case REFUSED ->
          reading.problem(
              place,
              path,
              "this version cannot check keys yet",
              "use a loopback host, or `auth: open`");
    }
  }
}
