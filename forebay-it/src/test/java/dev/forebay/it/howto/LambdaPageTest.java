package dev.forebay.it.howto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.it.Stack;
import dev.forebay.it.howto.LambdaRuntimeApi.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The function of docs/how-to/lambda.md is built and run by Lambda's own runtime for Java. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LambdaPageTest {
  private static final String EVENT = "{\"question\": \"What is a forebay?\"}";
  private static final String RUNTIME =
      "mvn -q compile org.codehaus.mojo:exec-maven-plugin:3.6.4:exec -Dexec.executable=$JAVA_HOME/bin/java"
          + " -Dexec.args=\"-cp %classpath com.amazonaws.services.lambda.runtime.api.client.AWSLambda $_HANDLER\"";

  @RegisterExtension static final Stack stack = new Stack();

  @Test
  void aFunctionGetsTheFallbacksAnswerAndAnErrorBeforeItsTimeEnds(@TempDir Path folder)
      throws Exception {
    HowToPage page = HowToPage.of("lambda");
    page.lay(folder);
    assertThat(page.setting("AWS_ENDPOINT_URL_BEDROCK_RUNTIME")).startsWith("http://");
    assertThat(page.setting("AWS_BEARER_TOKEN_BEDROCK")).startsWith("a key of the gateway");
    try (LambdaRuntimeApi lambda = new LambdaRuntimeApi();
        ThrottledGateway gateway =
            new ThrottledGateway(stack, "auth: { keys: [{ name: f, secret: \"${KEY}\" }] }")) {
      Shell shell =
          new Shell(
              folder,
              Map.of(
                  "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
                  gateway.address(),
                  "AWS_BEARER_TOKEN_BEDROCK",
                  ThrottledGateway.KEY,
                  "AWS_REGION",
                  "us-east-1",
                  "AWS_LAMBDA_RUNTIME_API",
                  lambda.address(),
                  "_HANDLER",
                  page.setting("handler"),
                  "LAMBDA_TASK_ROOT",
                  folder.toString(),
                  "AWS_LAMBDA_FUNCTION_NAME",
                  "assistant",
                  "AWS_LAMBDA_FUNCTION_VERSION",
                  "1",
                  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                  "512"));
      Process runtime = shell.start(RUNTIME);
      try {
        CompletableFuture<Outcome> first = lambda.invoke(EVENT, Duration.ofSeconds(90));
        CompletableFuture.anyOf(first, runtime.onExit()).get(5, TimeUnit.MINUTES);
        assertThat(runtime.isAlive()).as(shell.said()).isTrue();
        Outcome answered = first.join();
        assertThat(answered.failed()).as("%s %s", answered, shell.said()).isFalse();
        assertThat(answered.body()).contains("claude-haiku");

        // Lambda would end the function after 4 s: all targets hang, and the gateway says so
        // before.
        stack.emulator().faults("[{\"hang\": {}}]");
        Outcome late = lambda.invoke(EVENT, Duration.ofSeconds(4)).get(4, TimeUnit.SECONDS);
        assertThat(late.failed()).isTrue();
        assertThat(late.body()).contains("ModelTimeoutException");
      } finally {
        Shell.end(runtime);
      }
    }
  }
}
