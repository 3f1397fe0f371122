package dev.forebay.sqs;

import dev.forebay.jobs.Header;
import dev.forebay.jobs.JobResult;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** What a reply says beside the answer's own bytes. SQS carries ten attributes. */
final class ReplyAttributes {
  static final String MESSAGE_ID = "forebay-message-id";
  static final String STATUS = "forebay-status";
  static final String LOCATION = "forebay-location";
  static final String CONTENT_TYPE = "content-type";

  private static final Set<String> HEADERS =
      Set.of(
          CONTENT_TYPE,
          "x-amzn-requestid",
          "x-forebay-answer",
          "x-forebay-attempts",
          "x-forebay-model",
          "x-forebay-target");

  private ReplyAttributes() {}

  /** The attributes as texts, by name. */
  static Map<String, String> texts(String messageId, JobResult result) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(MESSAGE_ID, messageId);
    texts.put(STATUS, Integer.toString(result.status()));
    for (Header header : result.headers()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (HEADERS.contains(name) && !header.value().isEmpty()) {
        texts.putIfAbsent(name, header.value());
      }
    }
    return texts;
  }

  static Map<String, MessageAttributeValue> of(String messageId, JobResult result) {
    Map<String, MessageAttributeValue> attributes = new LinkedHashMap<>();
    texts(messageId, result).forEach((name, text) -> attributes.put(name, text(text)));
    return attributes;
  }

  static MessageAttributeValue text(String text) {
    return MessageAttributeValue.builder().dataType("String").stringValue(text).build();
  }
}
