package com.example;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Takes the place of AWS Lambda on this machine: speaks its runtime API, and starts the function in
 * the runtime of Lambda's images for Java.
 */
public final class RunHere {
  private static final String INVOCATION = "/2018-06-01/runtime/invocation/";

  private record Event(Duration time, String json) {}

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> results = new LinkedBlockingQueue<>();

  public static void main(String[] arguments) throws Exception {
    new RunHere().run();
  }

  private void run() throws Exception {
    HttpServer lambda =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    lambda.createContext("/", this::answer);
    lambda.setExecutor(Executors.newCachedThreadPool());
    lambda.start();
    Path root =
        Path.of(RunHere.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .getParent()
            .getParent();
    ProcessBuilder function =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
            Handler.class.getName() + "::handleRequest");
    function
        .environment()
        .put("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + lambda.getAddress().getPort());
    function.environment().put("LAMBDA_TASK_ROOT", root.toString());
    function.environment().put("AWS_LAMBDA_FUNCTION_NAME", "assistant");
    function.environment().put("AWS_LAMBDA_FUNCTION_VERSION", "1");
    function.environment().put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512");
    Process running = function.inheritIO().start();
    try {
      System.out.println(invoke(Duration.ofSeconds(60)));
      System.out.println(invoke(Duration.ofSeconds(60)));
      faults("[{\"hang\": {}}]");
      System.out.println("in 3 s, while all models hang: " + invoke(Duration.ofSeconds(3)));
    } finally {
      faults("[]");
      running.destroy();
      lambda.stop(0);
    }
    System.exit(0);
  }

  /** Invokes the function with so much time. */
  private String invoke(Duration time) throws InterruptedException {
    events.add(new Event(time, "{\"question\": \"What is a forebay?\"}"));
    String result = results.poll(time.toMillis(), TimeUnit.MILLISECONDS);
    if (result == null) {
      throw new IllegalStateException("Lambda would have ended the function");
    }
    return result;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] sent = exchange.getRequestBody().readAllBytes();
      if (path.equals(INVOCATION + "next")) {
        Event event = events.take();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Lambda-Runtime-Aws-Request-Id", "1");
        exchange
            .getResponseHeaders()
            .set(
                "Lambda-Runtime-Deadline-Ms",
                Long.toString(System.currentTimeMillis() + event.time().toMillis()));
        exchange
            .getResponseHeaders()
            .set(
                "Lambda-Runtime-Invoked-Function-Arn",
                "arn:aws:lambda:us-east-1:111111111111:function:assistant");
        byte[] json = event.json().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, json.length);
        exchange.getResponseBody().write(json);
        return;
      }
      String text = new String(sent, StandardCharsets.UTF_8);
      if (path.endsWith("/error")) {
        results.add("failed: " + text.replaceAll(",\"stackTrace.*", ""));
      } else if (path.endsWith("/response")) {
        results.add("answered by " + text);
      }
      exchange.sendResponseHeaders(202, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void faults(String json) throws IOException, InterruptedException {
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(System.getenv("EMULATOR") + "/_emulator/faults"))
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build(),
            HttpResponse.BodyHandlers.discarding());
  }
}
