package com.example;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/** Puts both programs before the same emulated trouble. */
public final class SideBySide {
  private static final String SONNET = "\"model\": \"us.anthropic.claude-sonnet-4-6\"";
  private static final String HAIKU = "\"model\": \"us.anthropic.claude-haiku-4-5-20251001-v1:0\"";

  private SideBySide() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> troubles = new LinkedHashMap<>();
    troubles.put("none", "[]");
    troubles.put("the model is throttled", "[{%s, \"throttle\": {}}]".formatted(SONNET));
    troubles.put("the model is out", "[{%s, \"outage\": {}}]".formatted(SONNET));
    troubles.put(
        "its streams fail before their content",
        "[{%s, \"operation\": \"converse-stream\", \"exceptionEvent\": {\"exception\": \"ModelStreamErrorException\", \"afterEvents\": 1}}]"
            .formatted(SONNET));
    troubles.put(
        "it is throttled, and its fallback answers 400",
        "[{%s, \"throttle\": {}}, {%s, \"error\": {\"exception\": \"ValidationException\", \"message\": \"The fallback does not take this.\"}}]"
            .formatted(SONNET, HAIKU));
    Plain plain = new Plain();
    WithForebay withForebay = new WithForebay();
    System.out.printf("%-46s  %-36s  %s%n", "trouble", "plain SDK", "with Forebay");
    for (Map.Entry<String, String> trouble : troubles.entrySet()) {
      faults(trouble.getValue());
      String without = plain.ask();
      faults(trouble.getValue());
      System.out.printf("%-46s  %-36s  %s%n", trouble.getKey(), without, withForebay.ask());
    }
    faults("[]");
    System.exit(0);
  }

  private static void faults(String json) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(System.getenv("EMULATOR") + "/_emulator/faults"))
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.body());
    }
  }
}
