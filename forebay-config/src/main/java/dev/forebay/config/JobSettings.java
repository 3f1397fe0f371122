package dev.forebay.config;

import java.time.Duration;
import java.util.List;

/** The keys of the durable queue. */
final class JobSettings {
  static final Setting<Secret> STORE =
      Setting.required(
          "store",
          Urls.connection("sqlite:", "postgres://", "postgresql://"),
          "\"sqlite:data/jobs.db\"",
          "Where jobs are kept: sqlite:FILE on one node, postgres://... for several.");
  static final Setting<Duration> RETENTION =
      Setting.defaulted(
          "retention",
          Scalars.DURATION,
          JobsConfig.DEFAULT_RETENTION,
          "How long a job that has ended is kept, with its answer.");
  static final Setting<Long> MAX_JOBS =
      Setting.defaulted(
          "maxJobs",
          Scalars.amount(1_000_000_000L),
          JobsConfig.DEFAULT_MAX_JOBS,
          "Jobs of all states together; more are refused, and those that are there stay.");
  static final Setting<Long> MAX_BYTES =
      Setting.defaulted(
          "maxBytes",
          Scalars.amount(1_000_000_000_000_000L),
          JobsConfig.DEFAULT_MAX_BYTES,
          "Bytes of requests and answers together; more are refused, and what is there stays.");

  static final Setting<List<Located<String>>> HOSTS =
      Setting.required(
          "hosts",
          new ListShape<>(Scalars.HOST, false),
          "[hooks.example.com]",
          "The hosts that callers may have called back; no others are.");
  static final Setting<Secret> SECRET =
      Setting.required(
          "secret",
          CredentialsShape.SECRET,
          "${FOREBAY_CALLBACK_SECRET}",
          "Signs callbacks, so that their receivers know who sent them.");
  static final Setting<Boolean> PRIVATE_NETWORK =
      Setting.defaulted(
          "privateNetwork",
          Scalars.BOOLEAN,
          false,
          "Whether these hosts may have private addresses and be called by plain HTTP.");
  static final Setting<Section> CALLBACKS =
      Setting.optIn(
          "callbacks",
          new SectionShape(HOSTS, SECRET, PRIVATE_NETWORK),
          "Where callbacks at the end of a job may go; without it there are none.");

  static final Setting<Section> JOBS =
      Setting.optIn(
          "jobs",
          new SectionShape(STORE, RETENTION, MAX_JOBS, MAX_BYTES, CALLBACKS),
          "The durable queue of calls that are answered later; see the routes' queue.");

  private JobSettings() {}
}
