package dev.forebay.simulator.report;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A report as JSON: records are objects with their components' names, an unknown value is {@code
 * null}, and a component that does not apply is left out. Numbers are written the same way
 * everywhere, so that equal reports are equal bytes.
 */
public final class JsonReport {
  private final StringBuilder out = new StringBuilder();

  private JsonReport() {}

  /** The whole report. */
  public static String write(Report report) {
    JsonReport json = new JsonReport();
    json.value(report);
    return json.out.append('\n').toString();
  }

  private void value(@Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case Optional<?> maybe -> value(maybe.orElse(null));
      case String text -> text(text);
      case Double number -> number(number);
      case Number number -> out.append(number);
      case List<?> list -> list(list);
      case Record object -> object(object);
      default -> throw new IllegalArgumentException("no form for " + value.getClass());
    }
  }

  private void list(List<?> list) {
    out.append('[');
    String separator = "";
    for (Object item : list) {
      out.append(separator);
      separator = ",";
      value(item);
    }
    out.append(']');
  }

  private void object(Record object) {
    out.append('{');
    String separator = "";
    for (RecordComponent component : object.getClass().getRecordComponents()) {
      try {
        Object value = component.getAccessor().invoke(object);
        if (value != null) {
          out.append(separator);
          separator = ",";
          text(component.getName());
          out.append(':');
          value(value);
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("a report's records are public", e);
      }
    }
    out.append('}');
  }

  private void number(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      out.append("null");
    } else if (number == Math.rint(number) && Math.abs(number) < 1e15) {
      out.append((long) number);
    } else {
      out.append(String.format(Locale.ROOT, "%.6g", number));
    }
  }

  private void text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        default -> {
          if (c < 0x20) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
