package dev.forebay.simulator.report;

/**
 * How wide a chart with a row for each policy is drawn, since a drawing's text shrinks with it: in
 * one line with names and values beside the plot, or with them above it.
 *
 * @param left where the plot begins
 * @param right the room beside it
 * @param nameHeight the room for a name above each row; 0 where names are beside
 * @param style which of the two is shown, by the page's style
 */
record Sheet(int width, int left, int right, int nameHeight, String style) {
  static final Sheet WIDE = new Sheet(1060, 150, 190, 0, "wide");

  /** As wide as a phone, so that nothing shrinks there. */
  static final Sheet NARROW = new Sheet(340, 0, 0, 20, "narrow");

  int plot() {
    return width - left - right;
  }

  /** The name of a row that begins at {@code top}, whose plot is so high. */
  void name(Svg svg, String name, double top, int height) {
    if (nameHeight == 0) {
      svg.text(left - 12.0, top + height / 2.0 + 5, "end", "name", name);
    } else {
      svg.text(0, top + nameHeight - 6.0, "start", "name", name);
    }
  }

  /** The value of that row. */
  void value(Svg svg, String value, double top, int height) {
    double y = nameHeight == 0 ? top + height / 2.0 + 5 : top + nameHeight - 6.0;
    svg.text(width, y, "end", "value", value);
  }
}
