package dev.forebay.bedrock;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome.About;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Why a target refused a request, by the message of its error: the one table of such messages.
 *
 * <p>The first entries are about the target: its account, its region, what it is subscribed to, or
 * a model that is not served any more. Another target may well take the same request. All others
 * are about the request. A message is compared without regard to case, kind of apostrophe and
 * spacing, and an entry about the target without what stands in quotation marks, since that may be
 * a word of the request.
 *
 * <p>What is said of a reason may be logged: it holds nothing of the request.
 */
public enum RefusalReason {
  DATA_RETENTION(About.TARGET, "data retention mode", "data[- ]retention"),
  OPERATION(
      About.TARGET,
      "operation not allowed in that account",
      "operation (is |was )?(currently )?not (allowed|permitted|enabled)",
      "not (allowed|permitted) to (invoke|perform|access)"),
  NOT_AUTHORIZED(
      About.TARGET,
      "not authorized",
      "not (been )?authori[sz]ed",
      "unauthori[sz]ed",
      "access (\\w+ ){0,6}denied",
      "(not|no) (have )?(the required )?(access|permissions?) (to|for)\\b",
      "model access (is|was|has)( been)? not"),
  RESERVATION(
      About.TARGET,
      "reservation not found",
      "(?<![._])\\breservations?\\b.{0,80}\\b(not|no|expired|inactive|unavailable|invalid)\\b",
      "\\b(not|no|invalid|unknown|expired)\\b.{0,40}(?<![._])\\breservations?\\b",
      "reserved (service )?(tier|capacity|throughput)\\b.{0,80}\\b(not|no|unavailable)\\b",
      "\\b(not|no)\\b.{0,40}\\breserved (service )?(tier|capacity|throughput)"),
  SERVICE_TIER(
      About.TARGET,
      "service tier not available",
      "(?<![._])\\b(service[ _]?)?tiers?\\b.{0,80}\\b(not|unsupported|unavailable|unknown|invalid)\\b",
      "\\b(not|unsupported|unavailable|unknown|invalid)\\b.{0,60}(?<![._])\\b(service[ _]?)?tiers?\\b"),
  ON_DEMAND(About.TARGET, "on-demand throughput not supported", "on[- ]demand throughput"),
  END_OF_LIFE(
      About.TARGET,
      "model at the end of its life",
      "end[- ]of[- ](its[- ]|their[- ])?life",
      "model( version| [\\w.:-]+)? (is|was|has been)( \\w+)? (retired|discontinued|decommissioned)",
      "model( version)? (is|was|has been) (now )?deprecated",
      "model( version| [\\w.:-]+)? (is )?no longer (available|supported|served|offered)"),
  LEGACY(
      About.TARGET,
      "legacy model",
      "\\blegacy\\b.{0,80}\\bmodel",
      "\\bmodel\\b.{0,80}\\blegacy\\b"),
  USE_CASE(About.TARGET, "use case form not submitted", "use[- ]case (details|form|information)"),
  SUBSCRIPTION(
      About.TARGET,
      "model not subscribed to",
      "marketplace",
      "not (been )?subscribed",
      "payment (instrument|method)"),
  REGION(
      About.TARGET,
      "not supported in that region",
      "not (\\w+ )?(support\\w*|available|offered|enabled|allowed|served)\\b.{0,60}\\bregions?\\b",
      "\\bregions?\\b.{0,60}\\bnot (\\w+ )?(support\\w*|available|offered|enabled|allowed|served)\\b",
      "unsupported (countr|region)"),
  QUOTA(
      About.TARGET,
      "service quota exceeded",
      "\\b(service|account|account's) (quotas?|limits?)\\b",
      "\\bexceed\\w*\\b.{0,40}\\b(your|the) quotas?\\b"),
  ACCOUNT(
      About.TARGET,
      "account not enabled for it",
      "\\b(your|this|the|aws) (aws )?account\\b.{0,80}\\b(not|suspended|blocked|restricted|pending|disabled|verified)\\b",
      "\\bnot\\b.{0,80}\\b(for|by|in|with) (this|your|the) (aws )?account\\b"),
  PROFILE(
      About.TARGET,
      "inference profile or provisioned throughput not available",
      "(inference[- ]profile|provisioned[- ](model|throughput))\\b.{0,80}\\b(not|invalid|inactive)\\b",
      "\\b(not find|invalid|unknown|no)\\b.{0,20}\\b(inference[- ]profile|provisioned[- ](model|throughput))"),
  GUARDRAIL(
      About.TARGET,
      "guardrail not found",
      "guardrail\\b.{0,80}\\b(not exist|not found|not be found)"),
  /** The model's id is not known there: the fault of the caller or of the configuration. */
  UNKNOWN_MODEL(
      About.TARGET,
      "unknown model identifier",
      "model (identifier|id)\\b.{0,40}\\b(invalid|unknown|not)\\b",
      "\\b(invalid|unknown)\\b.{0,20}\\bmodel (identifier|id)\\b",
      "not resolve\\b.{0,40}\\bmodel\\b",
      "\\bmodel( version| [\\w.:/-]+)? (does |was |is |could )?(not exist|not found|not be found)",
      "unknown model"),

  CONTEXT(
      About.CALL, "input too long", "too long", "context (window|length)", "too many input tokens"),
  SAMPLING(About.CALL, "sampling parameters", "temperature", "top[-_ ]?[pk]\\b"),
  STOP_SEQUENCES(About.CALL, "stop sequences", "stop[-_ ]?sequences?"),
  MAX_TOKENS(About.CALL, "maximum of output tokens", "max(imum)?[-_ ]?(\\w+[-_ ])?tokens"),
  CACHE(About.CALL, "cache marks", "cache[-_ ]?(point|control)", "\\bttl\\b"),
  SIGNATURE(About.CALL, "signature of a thinking block", "signature"),
  THINKING(About.CALL, "thinking", "thinking", "reasoning"),
  PREFILL(About.CALL, "prefilled answer", "prefill", "end with a user message"),
  TOOL_CHOICE(About.CALL, "tool choice", "tool[-_ ]?choice"),
  SCHEMA(
      About.CALL,
      "schema of tools or output",
      "schema\\b(?! violation)",
      "output[-_ ]?(config|format)",
      "response[-_ ]?format",
      "\\bstrict\\b"),
  TOOLS(About.CALL, "tools", "\\btool"),
  SYSTEM(About.CALL, "system messages", "system (message|prompt|role)"),
  MEDIA(About.CALL, "images or documents", "\\b(image|document|video|audio)"),
  BETA(About.CALL, "beta feature", "\\bbeta\\b|anthropic[-_ ]?beta"),
  VERSION(About.CALL, "version of the API", "anthropic[-_ ]?version"),
  BLANK(About.CALL, "blank text", "\\b(blank|non-?empty|whitespace)\\b"),
  FIELD(About.CALL, "unknown field", "extra inputs", "extraneous key"),
  OTHER(About.CALL, "", "");

  private static final Pattern NOT = Pattern.compile("n't\\b|(?<=\\bcan)not\\b");
  private static final Pattern APOSTROPHES = Pattern.compile("[\u2018\u2019\u02bc]");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern QUOTED =
      Pattern.compile("`[^`]{0,200}`|\"[^\"]{0,200}\"|(?<!\\w)'[^']{0,200}'(?!\\w)");

  /** No message that says something is longer, and patterns are tried on all of it. */
  private static final int MAX_LOOKED_AT = 1_000;

  private final About about;
  private final String words;
  private final Pattern pattern;

  RefusalReason(About about, String words, String... alternatives) {
    this.about = about;
    this.words = words;
    this.pattern = Pattern.compile(String.join("|", alternatives));
  }

  /** Why a target refused with this error. */
  public static RefusalReason of(ErrorInfo error) {
    String message = error.message();
    String whole = plain(message.substring(0, Math.min(MAX_LOOKED_AT, message.length())));
    String unquoted = BLANKS.matcher(QUOTED.matcher(whole).replaceAll(" ")).replaceAll(" ");
    for (RefusalReason reason : values()) {
      if (reason.pattern.matcher(reason.about == About.TARGET ? unquoted : whole).find()) {
        return reason;
      }
    }
    return OTHER;
  }

  /** Whether the target, rather than the request, is what the refusal is about. */
  About about() {
    return about;
  }

  /** What may be logged of a refusal for this reason: nothing of the request. */
  String words(ErrorInfo error) {
    return words.isEmpty() ? error.label() : words + ", " + error.label();
  }

  private static String plain(String message) {
    String lower = APOSTROPHES.matcher(message.toLowerCase(Locale.ROOT)).replaceAll("'");
    return BLANKS.matcher(NOT.matcher(lower).replaceAll(" not")).replaceAll(" ");
  }
}
