package dev.forebay.config;

import dev.forebay.core.Priority;
import dev.forebay.core.TargetQuota;
import java.util.List;

/** The keys that say who may call. */
final class AuthSettings {
  static final Setting<String> NAME =
      Setting.required("name", Scalars.NAME, "web", "The key's name in logs and metrics.");
  static final Setting<String> ACCESS_KEY_ID =
      Setting.optional(
          "accessKeyId",
          Scalars.ACCESS_KEY_ID,
          "FBWEB",
          "With it the secret also signs by SigV4; when absent, it is a bearer token only.");
  static final Setting<Secret> SECRET =
      Setting.required(
          "secret",
          CredentialsShape.SECRET,
          "${FOREBAY_KEY_WEB}",
          "The key's secret, only by reference, so that no repository holds it.");
  static final Setting<Priority> PRIORITY =
      Setting.defaulted(
          "priority",
          Scalars.choice(Priority.class),
          Priority.INTERACTIVE,
          "The highest priority of calls with this key; one that asks for more gets this.");
  static final Setting<Integer> WEIGHT =
      Setting.defaulted(
          "weight",
          Scalars.number(1, 1_000),
          1,
          "The key's share among those that wait for the same tokens.");
  static final Setting<Long> REQUESTS_PER_MINUTE =
      Setting.optional(
          "requestsPerMinute",
          Scalars.amount(TargetQuota.MAX_PER_MINUTE),
          "600",
          "The key's own limit of calls in any 60 seconds; when absent, it has none.");
  static final Setting<Long> TOKENS_PER_MINUTE =
      Setting.optional(
          "tokensPerMinute",
          Scalars.amount(TargetQuota.MAX_PER_MINUTE),
          "200000",
          "The key's own limit of model tokens in any 60 seconds; when absent, it has none.");
  static final Setting<List<Located<String>>> ROUTES =
      Setting.optional(
          "routes",
          new ListShape<>(Scalars.NAME, false),
          "[\"*\"]",
          "The routes that the key may use; \"*\", and when absent, all of them.");
  static final Setting<Boolean> ADMIN =
      Setting.defaulted(
          "admin", Scalars.BOOLEAN, false, "Whether the key opens the operator's pages.");

  static final SectionShape KEY =
      new SectionShape(
          NAME,
          ACCESS_KEY_ID,
          SECRET,
          PRIORITY,
          WEIGHT,
          REQUESTS_PER_MINUTE,
          TOKENS_PER_MINUTE,
          ROUTES,
          ADMIN);

  static final Setting<List<Located<Section>>> KEYS =
      Setting.required(
          "keys",
          new ListShape<>(KEY, false),
          "[{name: web, secret: \"${FOREBAY_KEY_WEB}\"}]",
          "One key for each caller.");

  static final Setting<WordOrShape.Choice> AUTH =
      Setting.optional(
          "auth",
          new WordOrShape("open", new SectionShape(KEYS)),
          "open",
          "Who may call: the word open lets anyone, on any address; when absent, only a loopback"
              + " host is accepted.");

  private AuthSettings() {}
}
