package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testkit.DependencyTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What comes into a program with the library, as the build resolves it. */
class DependenciesTest {
  /** Each artifact, and what it is there for. */
  private static final String ARTIFACTS =
      """
      com.fasterxml.jackson.core:jackson-annotations | of jackson-databind
      com.github.ben-manes.caffeine:caffeine | the engine's cache of answers
      com.google.errorprone:error_prone_annotations | of caffeine; annotations alone
      dev.forebay:forebay-bedrock | what models, bodies and streams of Bedrock are like
      dev.forebay:forebay-config | the file, the builder and the properties by one reader
      dev.forebay:forebay-core | the policies
      dev.forebay:forebay-engine | a call from its request to its last byte
      io.netty:netty-buffer | of netty-nio-client
      io.netty:netty-codec | of netty-nio-client
      io.netty:netty-codec-base | of netty-nio-client
      io.netty:netty-codec-compression | of netty-nio-client
      io.netty:netty-codec-http | of netty-nio-client
      io.netty:netty-codec-http2 | of netty-nio-client
      io.netty:netty-common | of netty-nio-client
      io.netty:netty-handler | of netty-nio-client
      io.netty:netty-resolver | of netty-nio-client
      io.netty:netty-transport | of netty-nio-client
      io.netty:netty-transport-classes-epoll | of netty-nio-client
      io.netty:netty-transport-native-unix-common | of netty-nio-client
      org.apache.httpcomponents.client5:httpclient5 | of apache5-client
      org.apache.httpcomponents.core5:httpcore5 | of httpclient5
      org.apache.httpcomponents.core5:httpcore5-h2 | of httpclient5
      org.jspecify:jspecify | which arguments and answers may be null; annotations alone
      org.reactivestreams:reactive-streams | the SDK's asynchronous bodies
      org.slf4j:slf4j-api | the log
      org.snakeyaml:snakeyaml-engine | the YAML parser
      software.amazon.awssdk:annotations | of bedrockruntime
      software.amazon.awssdk:apache5-client | carries blocking attempts
      software.amazon.awssdk:auth | credentials of targets
      software.amazon.awssdk:aws-core | of bedrockruntime
      software.amazon.awssdk:aws-json-protocol | of bedrockruntime
      software.amazon.awssdk:aws-query-protocol | of sts
      software.amazon.awssdk:bedrockruntime | the client that is kept
      software.amazon.awssdk:checksums | of bedrockruntime
      software.amazon.awssdk:checksums-spi | of bedrockruntime
      software.amazon.awssdk:endpoints-spi | of bedrockruntime
      software.amazon.awssdk:http-auth | of bedrockruntime
      software.amazon.awssdk:http-auth-aws | of bedrockruntime
      software.amazon.awssdk:http-auth-aws-eventstream | of bedrockruntime
      software.amazon.awssdk:http-auth-spi | of bedrockruntime
      software.amazon.awssdk:http-client-spi | of bedrockruntime
      software.amazon.awssdk:identity-spi | of bedrockruntime
      software.amazon.awssdk:json-utils | of bedrockruntime
      software.amazon.awssdk:metrics-spi | of bedrockruntime
      software.amazon.awssdk:netty-nio-client | carries asynchronous attempts
      software.amazon.awssdk:profiles | credentials: profile:NAME
      software.amazon.awssdk:protocol-core | of bedrockruntime
      software.amazon.awssdk:regions | regions and endpoints
      software.amazon.awssdk:retries | of bedrockruntime
      software.amazon.awssdk:retries-spi | of bedrockruntime
      software.amazon.awssdk:sdk-core | of bedrockruntime
      software.amazon.awssdk:sso | profiles that log in by IAM Identity Center
      software.amazon.awssdk:ssooidc | their tokens
      software.amazon.awssdk:sts | credentials: role:ARN
      software.amazon.awssdk:third-party-jackson-core | of json-utils
      software.amazon.awssdk:url-connection-client | how sts is asked
      software.amazon.awssdk:utils | of bedrockruntime
      software.amazon.awssdk:utils-lite | of bedrockruntime
      software.amazon.eventstream:eventstream | the SDK's decoder of streams
      tools.jackson.core:jackson-core | JSON of requests and answers, by tokens
      tools.jackson.core:jackson-databind | JSON of translated bodies, and of the builder
      """;

  @Test
  void theseComeWithItAndNothingElse() throws IOException {
    List<String> known = ARTIFACTS.lines().map(line -> line.split(" \\| ", -1)[0]).toList();
    assertThat(DependencyTree.ofProgramWith(Path.of(""))).containsExactlyElementsOf(known);
  }
}
