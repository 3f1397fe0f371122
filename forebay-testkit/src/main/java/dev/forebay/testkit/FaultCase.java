package dev.forebay.testkit;

/**
 * Something that an upstream does wrong, or only oddly, and what callers are to see of it.
 *
 * @param <S> how it is written down
 * @param unary what it does to a Converse call, and {@code stream} to a ConverseStream call
 * @param unaryAlone the end of a unary call that has no other target, and so on
 * @param deaf whether connections are refused
 */
public record FaultCase<S>(
    String name,
    S unary,
    S stream,
    CallEnd unaryAlone,
    CallEnd unaryWithFallback,
    CallEnd streamAlone,
    CallEnd streamWithFallback,
    boolean deaf) {
  private static final CallEnd PRIMARY = new CallEnd.Answer("primary");
  private static final CallEnd FALLBACK = new CallEnd.Answer("fallback");

  /** One fault for calls of both kinds: the same error without a fallback, no error with one. */
  public static <S> FaultCase<S> turning(String name, S both, int status, String type) {
    CallEnd error = new CallEnd.Refusal(status, type);
    return new FaultCase<>(name, both, both, error, FALLBACK, error, FALLBACK, false);
  }

  /** One that stays with the caller: the request is at fault, and the same one would fail again. */
  public static <S> FaultCase<S> staying(String name, S both, int status, String type) {
    CallEnd error = new CallEnd.Refusal(status, type);
    return new FaultCase<>(name, both, both, error, error, error, error, false);
  }

  /** What only streams can have; a unary call is answered with the same stream in place of JSON. */
  public static <S> FaultCase<S> inStream(String name, S both, int status, String type) {
    CallEnd noJson = new CallEnd.Refusal(500, "InternalServerException");
    return new FaultCase<>(
        name, both, both, noJson, FALLBACK, new CallEnd.Refusal(status, type), FALLBACK, false);
  }

  /** The same after content: the caller gets an exception, with a fallback or without. */
  public static <S> FaultCase<S> afterContent(String name, S both, String exception) {
    CallEnd noJson = new CallEnd.Refusal(500, "InternalServerException");
    CallEnd broken = new CallEnd.Break(exception);
    return new FaultCase<>(name, both, both, noJson, FALLBACK, broken, broken, false);
  }

  /** No fault: both get their answer. */
  public static <S> FaultCase<S> harmless(String name, S unary, S stream) {
    return new FaultCase<>(name, unary, stream, PRIMARY, PRIMARY, PRIMARY, PRIMARY, false);
  }

  /** The same with something else that happens to unary calls. */
  public FaultCase<S> unaryInstead(S script, int status, String type) {
    CallEnd error = new CallEnd.Refusal(status, type);
    return new FaultCase<>(
        name, script, stream, error, FALLBACK, streamAlone, streamWithFallback, deaf);
  }

  /** The same, but connections are refused. */
  public FaultCase<S> asDeaf() {
    return new FaultCase<>(
        name, unary, stream, unaryAlone, unaryWithFallback, streamAlone, streamWithFallback, true);
  }

  public S script(boolean streaming) {
    return streaming ? stream : unary;
  }

  public CallEnd expected(boolean streaming, boolean fallback) {
    return streaming
        ? fallback ? streamWithFallback : streamAlone
        : fallback ? unaryWithFallback : unaryAlone;
  }
}
