package dev.forebay.gateway;

import static dev.forebay.gateway.FuzzTargets.check;

import dev.forebay.bedrock.AnswerMembers;
import dev.forebay.bedrock.Answers;
import dev.forebay.bedrock.AsyncInvokeBody;
import dev.forebay.bedrock.ChatBody;
import dev.forebay.bedrock.Errors;
import dev.forebay.bedrock.FlawReader;
import dev.forebay.bedrock.Frame;
import dev.forebay.bedrock.FrameSplitter;
import dev.forebay.bedrock.MalformedFrameException;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.RefusalReason;
import dev.forebay.bedrock.RequestDigest;
import dev.forebay.bedrock.RequestFacts;
import dev.forebay.bedrock.StreamReader;
import dev.forebay.bedrock.Usage;
import dev.forebay.bedrock.translate.AdaptationSettings;
import dev.forebay.bedrock.translate.AskedModel;
import dev.forebay.bedrock.translate.CallAdapter;
import dev.forebay.bedrock.translate.StreamTranslation;
import dev.forebay.bedrock.translate.Translation;
import dev.forebay.bedrock.translate.UntranslatableException;
import io.vertx.core.MultiMap;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;

/** Bedrock's dialect: event streams, bodies of requests, answers and errors. */
final class DialectFuzz {
  private static final String[] MODELS = {
    "anthropic.claude-sonnet-4-20250514-v1:0",
    "anthropic.claude-3-haiku-20240307-v1:0",
    "us.amazon.nova-lite-v1:0",
    "us.meta.llama3-3-70b-instruct-v1:0",
    "meta.llama3-8b-instruct-v1:0",
    "mistral.mistral-large-2407-v1:0",
    "mistral.mistral-7b-instruct-v0:2",
    "amazon.titan-text-express-v1",
    "openai.gpt-oss-120b-1:0",
    "cohere.command-r-v1:0",
    "us.deepseek.r1-v1:0",
    "amazon.titan-embed-text-v2:0",
    "acme.thinker-v1:0"
  };

  private static final byte[] CLAUDE =
      utf8(
          "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":50,"
              + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
  private static final byte[] CHAT =
      utf8(
          "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
              + "\"stream_options\":{\"include_usage\":true}}");

  private DialectFuzz() {}

  /**
   * An event stream. The first byte chooses the model, and whether the bytes are the stream itself
   * or what its frames hold: checksums are beyond a fuzzer.
   */
  static void frames(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    int how = in.next();
    Operation operation = how % 2 == 0 ? Operation.CONVERSE_STREAM : Operation.INVOKE_STREAM;
    StreamReader reader = new StreamReader(operation, ModelFamily.of(in.pick(MODELS)));
    FlawReader flaws = new FlawReader();
    Translation translation =
        adapter(
                Operation.INVOKE_STREAM,
                how % 4 < 2 ? MODELS[0] : MODELS[8],
                how % 4 < 2 ? CLAUDE : CHAT)
            .translation(MODELS[2])
            .orElseThrow();
    StreamTranslation stream = translation.stream(name -> null, frame -> {});
    byte[] bytes = how % 8 < 4 ? in.rest() : framed(in);
    List<Frame> frames = new ArrayList<>();
    boolean malformed = feed(bytes, bytes.length, frames);
    List<Frame> inPieces = new ArrayList<>();
    check(malformed == feed(bytes, 7, inPieces), "pieces are read otherwise");
    check(frames.size() == inPieces.size(), "pieces hold other frames");
    try {
      for (Frame frame : frames) {
        flaws.read(reader.read(frame));
        Errors.classifyErrorFrame(frame.header(":error-code"), frame.header(":error-message"));
        Errors.classifyEvent(frame.header(":exception-type"), frame.payload());
        stream.read(frame);
      }
      stream.end();
    } catch (UntranslatableException e) {
      // Said to be none that can be passed on.
    }
    check(reader.usage().input() >= 0, "a negative count of tokens");
  }

  private static boolean feed(byte[] bytes, int piece, List<Frame> frames) {
    FrameSplitter splitter = new FrameSplitter();
    try {
      for (int from = 0; from < bytes.length; from += piece) {
        splitter.feed(
            Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + piece)), frames::add);
      }
      return false;
    } catch (MalformedFrameException e) {
      return true;
    }
  }

  /** Frames with right lengths and checksums: of each, two bytes are how long what it holds is. */
  private static byte[] framed(FuzzInput in) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    while (!in.isEmpty()) {
      byte[] headers = in.bytes(in.next());
      byte[] payload = in.bytes(in.next());
      ByteBuffer frame = ByteBuffer.allocate(16 + headers.length + payload.length);
      frame.putInt(frame.capacity()).putInt(headers.length);
      byte[] bytes = frame.array();
      frame.putInt(crc(bytes, frame.position())).put(headers).put(payload);
      frame.putInt(crc(bytes, frame.position()));
      stream.writeBytes(bytes);
    }
    return stream.toByteArray();
  }

  private static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** A request's body: the operation, the model asked for, another one, then the JSON. */
  static void requests(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    Operation operation = in.pick(Operation.values());
    String model = in.pick(MODELS);
    String other = in.pick(MODELS);
    byte[] body = in.rest();
    RequestFacts facts = RequestFacts.read(operation, ModelFamily.of(model), model, body);
    RequestDigest.of("tenant", new ModelPath(operation, model, model), Set.of(), Set.of(), body);
    ChatBody.withoutModel(body);
    AsyncInvokeBody.read(body).ifPresent(read -> read.withModel(other));
    if (facts instanceof RequestFacts.Read read) {
      check(read.inputTokens() >= 0 && read.plannedOutputTokens() >= 0, "negative tokens");
      CallAdapter adapter =
          new CallAdapter(
              operation,
              AskedModel.of(model, model),
              () -> body,
              name -> name.equals("anthropic-beta") ? "context-1m-2025-08-07" : null,
              read,
              AdaptationSettings.BUILT_IN);
      if (adapter.objection(other) == null) {
        adapter.translation(other);
        adapter.adapted(other);
        adapter.repair(other, 400, "extraneous key [cachePoint] is not permitted");
      }
    } else if (facts instanceof RequestFacts.Malformed malformed) {
      check(!malformed.error().message().isBlank(), "refused for no reason");
    }
  }

  /** An answer: the status, the operation, the model, header lines, an empty line, the body. */
  static void answers(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    int status = 100 * in.next(6) + in.next(100);
    Operation operation = in.pick(Operation.values());
    ModelFamily family = ModelFamily.of(in.pick(MODELS));
    MultiMap head = in.headers();
    byte[] body = in.rest();
    Instant now = Instant.EPOCH.plusSeconds(1_800_000_000);
    RefusalReason.of(Errors.classify(status, head::get, body, now).error());
    check(Usage.ofAnswer(operation, family, body, head::get).input() >= 0, "negative tokens");
    Answers.problem(body);
    Answers.problemInAnyJson(body);
    AnswerMembers.areComplete(operation, family, body);
    FlawReader.of(body);
    try {
      adapter(Operation.INVOKE, MODELS[0], CLAUDE)
          .translation(MODELS[2])
          .orElseThrow()
          .answer(body, head::get);
    } catch (UntranslatableException e) {
      // Said to be none that can be passed on.
    }
  }

  private static CallAdapter adapter(Operation operation, String model, byte[] body) {
    return new CallAdapter(
        operation,
        AskedModel.of(model, model),
        () -> body,
        name -> null,
        (RequestFacts.Read) RequestFacts.read(operation, ModelFamily.of(model), body),
        AdaptationSettings.BUILT_IN);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
