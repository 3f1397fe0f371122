package dev.forebay.simulator.report;

import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A report as JSON: records are objects with their components' names, an unknown value is {@code
 * null}, and a component that does not apply is left out. Numbers are written the same way
 * everywhere, so that equal reports are equal bytes.
 */
public final class JsonReport {
  private final JsonGenerator out;

  private JsonReport(JsonGenerator out) {
    this.out = out;
  }

  /** The whole report. */
  public static String write(Report report) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      new JsonReport(out).value(report);
    }
    return text.append('\n').toString();
  }

  private void value(@Nullable Object value) {
    switch (value) {
      case null -> out.writeNull();
      case Optional<?> maybe -> value(maybe.orElse(null));
      case String text -> out.writeString(text);
      case Double number -> number(number);
      case Number number -> out.writeNumber(number.toString());
      case List<?> list -> list(list);
      case Record object -> object(object);
      default -> throw new IllegalArgumentException("no form for " + value.getClass());
    }
  }

  private void list(List<?> list) {
    out.writeStartArray();
    list.forEach(this::value);
    out.writeEndArray();
  }

  private void object(Record object) {
    out.writeStartObject();
    for (RecordComponent component : object.getClass().getRecordComponents()) {
      try {
        Object value = component.getAccessor().invoke(object);
        if (value != null) {
          out.writeName(component.getName());
          value(value);
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("a report's records are public", e);
      }
    }
    out.writeEndObject();
  }

  private void number(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      out.writeNull();
    } else if (number == Math.rint(number) && Math.abs(number) < 1e15) {
      out.writeNumber((long) number);
    } else {
      out.writeNumber(String.format(Locale.ROOT, "%.6g", number));
    }
  }
}
