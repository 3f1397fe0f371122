package dev.forebay.core.telemetry;

/**
 * The names of OpenTelemetry's conventions for generative AI, and of AWS X-Ray, which are still
 * moving: all of them are here. <a
 * href="https://github.com/open-telemetry/semantic-conventions-genai">Source</a>.
 */
public final class GenAiNames {
  public static final String OPERATION = "gen_ai.operation.name";
  public static final String PROVIDER = "gen_ai.provider.name";
  public static final String BEDROCK = "aws.bedrock";
  public static final String REQUEST_MODEL = "gen_ai.request.model";
  public static final String REQUEST_STREAM = "gen_ai.request.stream";
  public static final String RESPONSE_MODEL = "gen_ai.response.model";
  public static final String TIME_TO_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk";

  /** With what came from the cache, unlike Bedrock's own figure. */
  public static final String INPUT_TOKENS = "gen_ai.usage.input_tokens";

  public static final String OUTPUT_TOKENS = "gen_ai.usage.output_tokens";
  public static final String CACHE_READ_TOKENS = "gen_ai.usage.cache_read.input_tokens";
  public static final String CACHE_WRITE_TOKENS = "gen_ai.usage.cache_creation.input_tokens";
  public static final String TOKEN_TYPE = "gen_ai.token.type";

  public static final String ERROR_TYPE = "error.type";
  public static final String STATUS_CODE = "http.response.status_code";
  public static final String SERVER_ADDRESS = "server.address";
  public static final String SERVER_PORT = "server.port";
  public static final String CLOUD_REGION = "cloud.region";
  public static final String AWS_REQUEST_ID = "aws.request_id";

  /** The keys of the attributes that X-Ray indexes; all others become metadata. */
  public static final String XRAY_ANNOTATIONS = "aws.xray.annotations";

  /** Metadata under a namespace, as JSON. */
  public static final String XRAY_METADATA = "aws.xray.metadata.forebay";

  public static final String MODEL_ID = "model_id";
  public static final String TOKEN_COUNT = "token_count";

  public static final String CLIENT_DURATION = "gen_ai.client.operation.duration";
  public static final String CLIENT_TOKENS = "gen_ai.client.token.usage";
  public static final String CLIENT_FIRST_CHUNK = "gen_ai.client.operation.time_to_first_chunk";
  public static final String SERVER_DURATION = "gen_ai.server.request.duration";
  public static final String SERVER_FIRST_TOKEN = "gen_ai.server.time_to_first_token";

  private GenAiNames() {}

  /** What the conventions call an operation of Bedrock. */
  public static String operation(String bedrocks) {
    return switch (bedrocks) {
      case "converse", "converse-stream" -> "chat";
      case "invoke", "invoke-with-response-stream" -> "text_completion";
      default -> bedrocks.replace('-', '_');
    };
  }
}
