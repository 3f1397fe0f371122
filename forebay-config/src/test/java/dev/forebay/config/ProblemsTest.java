package dev.forebay.config;

import static dev.forebay.config.Examples.SMALLEST;
import static dev.forebay.config.Examples.refusal;
import static dev.forebay.config.Examples.route;
import static dev.forebay.config.Examples.target;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemsTest {
  @Test
  void allAreReportedAtOnceInTheOrderOfTheFile() {
    assertThat(
            refusal(
                """
                server: { host: 0.0.0.0, port: 84800 }
                targets:
                  sonnet-use1:
                    region: us-east-1
                    model: us.anthropic.claude-sonnet-4-6
                    timeouts: { firstToken: 20, idle: -5s }
                    credentials: bearer:abc123
                  sonnet-usw2: { model: m, credentials: "${NO_SUCH}" }
                  unused: { region: us-east-1, model: m, endpoint: "ftp://host" }
                routes:
                  anthropic.claude-sonnet-4-6:
                    tiers: [[sonnet-use1, sonnet-use2], [sonnet-use1]]
                    deadline: 60s
                    pateince: 20s
                    retry: { maxAttempts: 10, baseDelay: 2m, jitter: ful }
                  other:
                    tiers: [[sonnet-usw2]]
                    deadline: 10s
                    patience: 20s
                    deadline: 11s
                    cache:
                """))
        .isEqualTo(
            """
            forebay.yaml:1:17: server.host: '0.0.0.0' can be reached by others, and anyone may call; configure auth.keys or `auth: open`
            forebay.yaml:1:32: server.port: '84800' is out of range; write a whole number from 0 to 65535
            forebay.yaml:6:29: targets.sonnet-use1.timeouts.firstToken: duration '20' has no unit; add one of ms, s, m, h, such as 20s
            forebay.yaml:6:39: targets.sonnet-use1.timeouts.idle: negative duration '-5s'; give a length of time
            forebay.yaml:7:18: targets.sonnet-use1.credentials: the secret is written in the file; secrets only by reference, such as ${ENV}
            forebay.yaml:8:3: targets.sonnet-usw2.region: is missing; add it, such as region: us-east-1
            forebay.yaml:8:41: targets.sonnet-usw2.credentials: environment variable NO_SUCH is not set; set it in the environment of the gateway
            forebay.yaml:9:52: targets.unused.endpoint: is not an http or https address; begin it with http:// or https://
            forebay.yaml:12:27: routes.'anthropic.claude-sonnet-4-6'.tiers[0][1]: there is no target 'sonnet-use2'; did you mean 'sonnet-use1'?
            forebay.yaml:12:42: routes.'anthropic.claude-sonnet-4-6'.tiers[1][0]: target 'sonnet-use1' is in this route already; name it once
            forebay.yaml:14:5: routes.'anthropic.claude-sonnet-4-6': unknown key 'pateince'; did you mean 'patience'?
            forebay.yaml:15:27: routes.'anthropic.claude-sonnet-4-6'.retry.maxAttempts: 10 is more than maxAttemptsPerCall, 8; lower it, or raise maxAttemptsPerCall
            forebay.yaml:15:42: routes.'anthropic.claude-sonnet-4-6'.retry.baseDelay: 2m is longer than maxDelay, 60s; lower it, or raise maxDelay
            forebay.yaml:15:54: routes.'anthropic.claude-sonnet-4-6'.retry.jitter: unknown value 'ful'; use one of bedrock, full, additive, equal, decorrelated, fixed, none
            forebay.yaml:19:15: routes.other.patience: 20s is longer than the deadline of 10s; shorten it, or leave it out for a third of the deadline
            forebay.yaml:20:5: routes.other: duplicate key 'deadline'; keep one of them
            forebay.yaml:21:11: routes.other.cache: has no value; give it keys of freshFor, staleFor, shared, or leave it out\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "20 | duration '20' has no unit; add one of ms, s, m, h, such as 20s",
        "-5s | negative duration '-5s'; give a length of time",
        "0s | duration '0s' is zero; give a positive one",
        "1.5s | '1.5s' is not a duration; write whole numbers with units, such as 250ms, 20s,"
            + " 1m30s or 24h",
        "9000h | duration '9000h' is over a year; give a shorter one",
        "~ | has no value; write a duration such as 250ms, 20s, 1m30s or 24h",
        "[1s] | is a list; write a duration such as 250ms, 20s, 1m30s or 24h",
        "{a: 1s} | is a section with keys; write a duration such as 250ms, 20s, 1m30s or 24h",
      })
  void badDurations(String value, String problem) {
    assertThat(refusal(route("tiers: [[a]], deadline: " + value)))
        .isEqualTo("forebay.yaml:4:34: routes.chat.deadline: " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "maxAttempts: 0 | 24 | maxAttempts: '0' is out of range; write a whole number from 1 to"
            + " 1000",
        "maxAttempts: x | 24 | maxAttempts: 'x' is not a whole number; write a whole number from 1"
            + " to 1000",
        "jitter: random | 19 | jitter: unknown value 'random'; use one of bedrock, full, additive,"
            + " equal, decorrelated, fixed, none",
        "maxAttempts: 9 | 24 | maxAttempts: 9 is more than maxAttemptsPerCall, 8; lower it, or"
            + " raise maxAttemptsPerCall",
        "maxDelay: 10ms | 0 | baseDelay: 1s is longer than maxDelay, 10ms; lower it, or raise"
            + " maxDelay",
      })
  void badRetry(String key, int column, String problem) {
    String place = column == 0 ? "4:24" : "4:" + (column + 21);
    assertThat(refusal(route("tiers: [[a]], retry: {" + key + "}")))
        .isEqualTo("forebay.yaml:" + place + ": routes.chat.retry." + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tiers: [] | 4:10: routes.chat.tiers: is empty; name at least one target, such as"
            + " [[sonnet-use1]]",
        "tiers: [[a], []] | 4:23: routes.chat.tiers[1]: is empty; name a target, or remove the"
            + " tier",
        "tiers: [[a, a]] | 4:22: routes.chat.tiers[0][1]: target 'a' is in this route already; name"
            + " it once",
        "tiers: [[a], [a]] | 4:24: routes.chat.tiers[1][0]: target 'a' is in this route already;"
            + " name it once",
        "tiers: [a, b] | 4:17: routes.chat.tiers: could be one group or a sequence of groups of"
            + " one; write [[a, b]] for equal ones, [[a], [b]] for one after the other",
        "tiers: a | 4:17: routes.chat.tiers: is a single value; write a list: [...]",
        "tiers: [[a, ~]] | 4:22: routes.chat.tiers[0][1]: has no value; write a name",
        "deadline: 5s | 4:3: routes.chat.tiers: is missing; add it, such as tiers: [[sonnet-use1]]",
        "tiers: [[a]], patience: 61s | 4:34: routes.chat.patience: 61s is longer than the deadline"
            + " of 60s; shorten it, or leave it out for a third of the deadline",
        "tiers: [[a]], queue: { expireAfter: 0s } | 4:46: routes.chat.queue.expireAfter: duration"
            + " '0s' is zero; give a positive one",
        "tiers: [[a]], breaker: { failureRate: 1.5 } | 4:48: routes.chat.breaker.failureRate: '1.5'"
            + " is not a number above 0 and at most 1; write one, such as 0.5",
      })
  void badRoutes(String keys, String problem) {
    assertThat(refusal(route(keys)).lines()).contains("forebay.yaml:" + problem);
  }

  @Test
  void aTierHasAtMost64Targets() {
    String names = IntStream.range(0, 65).mapToObj(i -> "t" + i).collect(Collectors.joining(", "));
    String targets =
        IntStream.range(0, 65)
            .mapToObj(i -> "  t" + i + ": {region: us-east-1, model: m}\n")
            .collect(Collectors.joining());
    assertThat(refusal("targets:\n" + targets + "routes: {chat: {tiers: [[" + names + "]]}}"))
        .isEqualTo(
            "forebay.yaml:67:25: routes.chat.tiers[0]: has 65 targets, more than 64;"
                + " split it into two tiers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model: m | 2:3: targets.a.region: is missing; add it, such as region: us-east-1",
        "region: us-east-1 | 4:19: routes.chat.tiers[0][0]: target 'a' has no model; add model to"
            + " the target; only the route \"*\" can do without",
        "region: useast, model: m | 2:15: targets.a.region: 'useast' is not an AWS region such as"
            + " us-east-1; write an AWS region such as us-east-1",
        "region: us-east-1, model: m, endpoint: 'ftp://h' | 2:46: targets.a.endpoint: is not an"
            + " http or https address; begin it with http:// or https://",
        "region: us-east-1, model: m, endpoint: 'https://u:p@h' | 2:46: targets.a.endpoint: has a"
            + " user or password in the address; remove what is before the @",
        "region: us-east-1, model: m, endpoint: 'https://h?q' | 2:46: targets.a.endpoint: has a"
            + " query or fragment; end the address before ? or #",
        "region: us-east-1, model: m, endpoint: 'https://h:70000' | 2:46: targets.a.endpoint: has"
            + " no valid host and port; write one such as https://host:443",
        "region: us-east-1, model: m, endpoint: 'h t' | 2:46: targets.a.endpoint: is not a valid"
            + " address; write one such as https://host:443",
        "region: us-east-1, model: m, credentials: sso | 2:49: targets.a.credentials: unknown form"
            + " of credentials; use one of default, profile:NAME, bearer:${ENV}, role:ARN,"
            + " static:${ID}:${SECRET}, anonymous",
        "region: us-east-1, model: m, credentials: 'role:me' | 2:49: targets.a.credentials: has no"
            + " valid role ARN; write role:arn:aws:iam::123456789012:role/NAME",
        "region: us-east-1, model: m, credentials: 'profile:' | 2:49: targets.a.credentials: has no"
            + " profile name; write profile:NAME",
        "region: us-east-1, model: ' ' | 2:33: targets.a.model: is blank; write a name",
      })
  void badTargets(String keys, String problem) {
    assertThat(refusal(target(keys))).isEqualTo("forebay.yaml:" + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server: {port: 65536} | 5:16: server.port: '65536' is out of range; write a whole number"
            + " from 0 to 65535",
        "server: {host: 10.0.0.1} | 5:16: server.host: '10.0.0.1' can be reached by others, and"
            + " anyone may call; configure auth.keys or `auth: open`",
        "server: [] | 5:9: server: is a list; give it keys of host, port, tls, hosts, corsOrigins,"
            + " stateFile, maxHeldBytes, or leave it out",
        "server: | 5:8: server: has no value; give it keys of host, port, tls, hosts, corsOrigins,"
            + " stateFile, maxHeldBytes, or leave it out",
        "auth: closed | 5:7: auth: unknown form; write the word open, or a section",
        "auth: {keys: []} | 5:8: auth.keys: is empty, so no caller is allowed; add a key",
        "jobs: {store: 'mysql://h'} | 5:15: jobs.store: is not an address that begins with sqlite:"
            + " or postgres:// or postgresql://; write an address that begins with sqlite: or"
            + " postgres:// or postgresql://",
        "jobs: {store: 'sqlite:x', callbacks: {hosts: [h], secret: abc}} | 5:59:"
            + " jobs.callbacks.secret: the secret is written in the file; secrets only by"
            + " reference, such as ${ENV}",
        "sevrer: {port: 1} | 5:1: unknown key 'sevrer'; did you mean 'server'?",
        "wholly-other: 1 | 5:1: unknown key 'wholly-other'; known here: server, targets, routes,"
            + " models, burndown, jobs, sqs, cluster, auth, telemetry",
        "targets: {} | 5:1: duplicate key 'targets'; keep one of them",
        "? [a] | 5:3: a key must be a name; write name: value",
      })
  void badSections(String lines, String problem) {
    assertThat(refusal(SMALLEST + lines).lines()).contains("forebay.yaml:" + problem);
  }

  @Test
  void aQueueNeedsAStore() {
    assertThat(refusal(route("tiers: [[a]], queue: { expireAfter: 1h }")))
        .isEqualTo(
            "forebay.yaml:4:24: routes.chat.queue: there is nowhere to keep its jobs; add jobs:"
                + " {store: \"sqlite:data/jobs.db\"}");
  }

  @Test
  void aKeyThatCannotWorkIsRefused() {
    assertThat(
            refusal(
                SMALLEST
                    + """
                    auth:
                      keys:
                        - {name: web, secret: "${SECRET}", routes: [chta], priority: high}
                        - {name: web, secret: written, weight: 0}
                        - {name: two, secret: "${SECRET}", accessKeyId: a/b}
                        - {name: three, secret: "${SPACED}"}
                    """))
        .isEqualTo(
            """
            forebay.yaml:7:49: auth.keys[0].routes[0]: there is no route 'chta'; did you mean 'chat'?
            forebay.yaml:7:66: auth.keys[0].priority: unknown value 'high'; use one of interactive, standard, batch
            forebay.yaml:8:14: auth.keys[1].name: another key has the same; make it distinct
            forebay.yaml:8:27: auth.keys[1].secret: the secret is written in the file; secrets only by reference, such as ${ENV}
            forebay.yaml:8:44: auth.keys[1].weight: '0' is out of range; write a whole number from 1 to 1000
            forebay.yaml:9:27: auth.keys[2].secret: another key has the same; make it distinct
            forebay.yaml:9:53: auth.keys[2].accessKeyId: 'a/b' is not an access key id of letters and digits; write an access key id of letters and digits
            forebay.yaml:10:29: auth.keys[3].secret: the secret holds a space or another character that no header can carry; use visible ASCII\
            """);
  }

  @Test
  void aQueueThatCannotBeDrainedIsRefused() {
    assertThat(
            refusal(
                SMALLEST
                    + """
                    sqs:
                      - queue: http://127.0.0.1/q
                        route: chta
                        deadLetterQueue: http://127.0.0.1/q
                        visibility: 2s
                        credentials: "bearer:${SECRET}"
                    """))
        .isEqualTo(
            """
            forebay.yaml:6:5: sqs[0]: answers have nowhere to go; add replyQueue or bucket, or both
            forebay.yaml:6:12: sqs[0].queue: does not contain the region; add region, such as us-east-1
            forebay.yaml:7:12: sqs[0].route: there is no route 'chta'; did you mean 'chat'?
            forebay.yaml:8:22: sqs[0].deadLetterQueue: is a queue that is drained; name another one
            forebay.yaml:9:17: sqs[0].visibility: 2s is too short or too long; write 3s to 1h, such as 60s
            forebay.yaml:10:18: sqs[0].credentials: a Bedrock API key opens no queue; use default, profile:NAME, role:ARN, static:${ID}:${SECRET} or anonymous\
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "127.8.8.8", "'::1'"})
  void aLoopbackHostNeedsNoAuth(String host) {
    assertThat(Examples.parse(SMALLEST + "server: {host: " + host + "}").auth())
        .isEqualTo(new AuthConfig.LoopbackOnly());
  }

  @Test
  void authOpenAllowsAnyHost() {
    assertThat(Examples.parse(SMALLEST + "server: {host: 0.0.0.0}\nauth: open").server().host())
        .isEqualTo("0.0.0.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | forebay.yaml: is empty; add targets and routes",
        "'# only a comment' | forebay.yaml: is empty; add targets and routes",
        "a | forebay.yaml:1:1: is a single value; give it keys of server, targets, routes, models,"
            + " burndown, jobs, sqs, cluster, auth, telemetry, or leave it out",
        "'a: [' | forebay.yaml:1:5: not valid YAML: expected the node content, but found"
            + " '<stream end>'; correct the syntax here or just before",
        "'a: *b' | forebay.yaml:1:4: not valid YAML: found undefined alias b; correct the syntax"
            + " here or just before",
        "'a: !!int 1' | forebay.yaml:1:4: YAML tag 'tag:yaml.org,2002:int' is not supported; remove"
            + " the tag",
      })
  void notAConfiguration(String text, String problem) {
    assertThat(refusal(text)).isEqualTo(problem);
  }

  @Test
  void anUnprintableCharacterIsNamedAtItsPlace() {
    assertThat(refusal("a: 1\nb: \u0007"))
        .isEqualTo(
            "forebay.yaml:2:4: has the unprintable character U+0007;"
                + " remove it, or escape it in double quotes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\x", "\\U00110000", "\\uZ"})
  void aBrokenEscapeIsRefused(String escape) {
    assertThat(refusal("a: 1\nb: \"" + escape + "\""))
        .startsWith("forebay.yaml:2:")
        .contains("not valid YAML");
  }

  @Test
  void aNameCannotBreakALine() {
    assertThat(refusal(SMALLEST + "\"a\\nb\\e\": 1")).contains("unknown key 'a?b?'");
  }
}
