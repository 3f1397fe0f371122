package dev.forebay.bedrock.translate;

/** What Claude's own streams send when there is nothing to say, and its clients skip. */
public final class Ping {
  private Ping() {}

  /** A frame of InvokeModelWithResponseStream whose chunk is {@code {"type":"ping"}}. */
  public static byte[] frame() {
    return StreamTranslation.frame(Trees.object().put("type", "ping"));
  }
}
