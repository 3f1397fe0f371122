package dev.forebay.config;

import java.util.List;
import java.util.Map;

/** The description of the whole file: every key there is. */
final class Settings {
  static final Setting<String> HOST =
      Setting.defaulted(
          "host",
          Scalars.HOST,
          ServerConfig.DEFAULTS.host(),
          "The name or address to listen on; without auth only a loopback one is accepted, so that"
              + " no other client spends the account's quota.");
  static final Setting<Integer> PORT =
      Setting.defaulted(
          "port",
          Scalars.number(0, 65_535),
          ServerConfig.DEFAULTS.port(),
          "The TCP port to listen on; 0 for any free one.");
  static final Setting<Pem> CERTIFICATE =
      Setting.required(
          "certificate",
          PemShape.CERTIFICATES,
          "/etc/forebay/tls.crt",
          "A PEM file: the gateway's certificate, then those between it and a root; read anew when"
              + " it changes.");
  static final Setting<Pem> KEY =
      Setting.required(
          "key",
          PemShape.PRIVATE_KEY,
          "/etc/forebay/tls.key",
          "A PEM file: the certificate's private key in PKCS #8, not encrypted; read anew when it"
              + " changes.");
  static final Setting<Section> TLS =
      Setting.optIn(
          "tls",
          new SectionShape(CERTIFICATE, KEY),
          "HTTP/1.1 and HTTP/2 over TLS in place of plaintext; when absent, there is no TLS.");
  static final Setting<List<Located<String>>> HOSTS =
      Setting.optional(
          "hosts",
          new ListShape<>(Scalars.HOST, false),
          "[forebay.internal]",
          "More names by which callers address the gateway. Without auth, a request whose Host is"
              + " neither one of them, nor host, nor a loopback name or address gets 403, so that"
              + " web pages cannot reach the gateway by DNS rebinding.");
  static final Setting<List<Located<String>>> CORS_ORIGINS =
      Setting.optional(
          "corsOrigins",
          new ListShape<>(Scalars.ORIGIN, false),
          "[\"https://app.example.com\"]",
          "Origins of web pages that may call the gateway from a browser (CORS); pages of other"
              + " origins get 403.");
  static final Setting<String> STATE_FILE =
      Setting.optional(
          "stateFile",
          Scalars.TEXT,
          "/var/lib/forebay/state.json",
          "The file in which what was learned of targets (circuits, cool-downs, learned quotas)"
              + " survives restarts of up to ten minutes. When absent, state.json in the folder"
              + " that the environment names as STATE_DIRECTORY, as systemd does, and none without"
              + " it.");
  static final Setting<Long> MAX_HELD_BYTES =
      Setting.optional(
          "maxHeldBytes",
          Scalars.amount(ServerConfig.MIN_HELD_BYTES, 1_000_000_000_000L),
          "268435456",
          "The most bytes of requests and answers that are held in memory at once, those that callers"
              + " have not taken yet included; beyond it answers wait to be read, or calls get 503."
              + " When absent, a quarter of the largest heap (-Xmx), since parsing needs as much"
              + " again; three quarters at most for bodies of more than 256 KiB.");
  static final Setting<Section> SERVER =
      Setting.section(
          "server",
          new SectionShape(HOST, PORT, TLS, HOSTS, CORS_ORIGINS, STATE_FILE, MAX_HELD_BYTES),
          "Where the gateway listens.");

  static final Setting<Map<String, Located<Section>>> TARGETS =
      Setting.required(
          "targets",
          new NamedShape(TargetSettings.TARGET, "sonnet-use1"),
          "{sonnet-use1: {region: us-east-1, model: ...}}",
          "The places that can answer, by a name of your choice.");
  static final Setting<Map<String, Located<Section>>> ROUTES =
      Setting.required(
          "routes",
          new NamedShape(RouteSettings.ROUTE, "anthropic.claude-sonnet-4-6"),
          "{anthropic.claude-sonnet-4-6: {tiers: [[sonnet-use1]]}}",
          "What callers may ask for, by model id; the name \"*\" takes every other model id.");

  static final Setting<Integer> BURNDOWN_RATE =
      Setting.required(
          "rate",
          Scalars.number(1, 1_000),
          "10",
          "Quota tokens that an output token of these models costs.");
  static final Setting<Map<String, Located<Section>>> BURNDOWN =
      Setting.optional(
          "burndown",
          new NamedShape(new SectionShape(BURNDOWN_RATE), "anthropic.claude-opus-5"),
          "{anthropic.claude-opus-5: {rate: 10}}",
          "What output costs, by the beginning of a model's id, where the built-in table is out of"
              + " date; the longest beginning that fits counts. The same as burndown in models.");

  static final Setting<Map<String, Located<Section>>> MODELS =
      Setting.optional(
          "models",
          new NamedShape(ModelSettings.MODEL, "anthropic.claude-opus-5", true),
          "{anthropic.claude-opus-5: {maxOutputTokens: 128000, lacks: [sampling]}}",
          "What models can do, by the beginning of a model's id without a geography, where the"
              + " built-in table is out of date; the longest beginning that fits counts, for each"
              + " key.");

  static final SectionShape ROOT =
      new SectionShape(
          SERVER,
          TARGETS,
          ROUTES,
          MODELS,
          BURNDOWN,
          JobSettings.JOBS,
          SqsSettings.SQS,
          ClusterSettings.CLUSTER,
          AuthSettings.AUTH,
          TelemetrySettings.TELEMETRY);

  private Settings() {}
}
