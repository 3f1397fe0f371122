package dev.forebay.cloudwatch;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * CloudWatch's embedded metric format: a line of JSON for each datum, which Lambda and the agents
 * of containers turn into metrics. <a
 * href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Source</a>.
 * Values are statistic sets, which that page does not mention, and AWS's own writers of the format
 * make.
 */
final class EmfSink implements MetricSink {
  private final String namespace;
  private final PrintStream out;

  EmfSink(String namespace, PrintStream out) {
    this.namespace = namespace;
    this.out = out;
  }

  @Override
  public Fate send(List<Datum> batch) {
    batch.forEach(datum -> out.println(line(datum)));
    out.flush();
    return out.checkError() ? Fate.LOST : Fate.ARRIVED;
  }

  private String line(Datum datum) {
    Series series = datum.series();
    StatisticSet values = datum.values();
    String dimensions =
        series.dimensions().keySet().stream()
            .map(EmfSink::quoted)
            .collect(Collectors.joining(",", "[", "]"));
    String members =
        series.dimensions().entrySet().stream().map(EmfSink::member).collect(Collectors.joining());
    return String.format(
        Locale.ROOT,
        "{\"_aws\":{\"Timestamp\":%d,\"CloudWatchMetrics\":[{\"Namespace\":%s,\"Dimensions\":[%s],\"Metrics\":[{\"Name\":%s,\"Unit\":%s}]}]}%s,%s:{\"Max\":%s,\"Min\":%s,\"Count\":%d,\"Sum\":%s}}",
        datum.minute().toEpochMilli(),
        quoted(namespace),
        dimensions,
        quoted(series.metric()),
        quoted(series.unit()),
        members,
        quoted(series.metric()),
        values.max(),
        values.min(),
        values.count(),
        values.sum());
  }

  private static String member(Map.Entry<String, String> dimension) {
    return "," + quoted(dimension.getKey()) + ":" + quoted(dimension.getValue());
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  /** Standard output stays open. */
  @Override
  public void close() {}
}
