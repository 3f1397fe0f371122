package dev.forebay.simulator.report;

import java.util.Locale;

/** A drawing of fixed proportions; colours come from the page's style. */
final class Svg {
  private final StringBuilder out = new StringBuilder();

  Svg(int width, int height, String style, String label) {
    out.append(
        "<svg class=\"%s\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(style, width, height, escape(label)));
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** A coordinate: a tenth of a pixel is fine enough. */
  static String at(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  Svg rect(double x, double y, double width, double height, String style, String title) {
    out.append(
        "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"><title>%s</title></rect>\n"
            .formatted(style, at(x), at(y), at(width), at(height), escape(title)));
    return this;
  }

  Svg line(double x1, double y1, double x2, double y2, String style) {
    out.append(
        "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
            .formatted(style, at(x1), at(y1), at(x2), at(y2)));
    return this;
  }

  Svg path(CharSequence points, String style) {
    out.append("<path class=\"%s\" d=\"%s\"/>\n".formatted(style, points));
    return this;
  }

  Svg text(double x, double y, String anchor, String style, String text) {
    out.append(
        "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n"
            .formatted(style, at(x), at(y), anchor, escape(text)));
    return this;
  }

  Svg circle(double x, double y, double radius, String style, String title) {
    out.append(
        "<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%s\"><title>%s</title></circle>\n"
            .formatted(style, at(x), at(y), at(radius), escape(title)));
    return this;
  }

  String end() {
    return out.append("</svg>\n").toString();
  }
}
