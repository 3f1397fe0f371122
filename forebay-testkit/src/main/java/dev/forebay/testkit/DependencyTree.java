package dev.forebay.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What comes into a program with a module of ours, by the verbose tree of its dependencies that the
 * build writes. The module's own class path is no measure: what is optional or of its tests is on
 * it, too.
 */
public final class DependencyTree {
  private static final Pattern NODE =
      Pattern.compile("([| ]*+)[+\\\\]- \\(?([\\w.-]+:[\\w.-]+):jar:[^: ]+:(\\w+).*");
  private static final Pattern DEPENDENCY = Pattern.compile("(?s)<dependency>(.*?)</dependency>");
  private static final int INDENT = 3;

  private DependencyTree() {}

  /**
   * Names of all artifacts, each as its group and artifact.
   *
   * @param module its folder, with {@code pom.xml} and {@code target/dependency-tree.txt}
   */
  public static Set<String> ofProgramWith(Path module) throws IOException {
    Set<String> optional = optional(Files.readString(module.resolve("pom.xml")));
    Map<String, Set<String>> below = new HashMap<>();
    Deque<String> next = new ArrayDeque<>();
    List<String> path = new ArrayList<>();
    for (String line : Files.readAllLines(module.resolve("target/dependency-tree.txt"))) {
      Matcher node = NODE.matcher(line);
      if (!node.matches()) {
        continue;
      }
      String artifact = node.group(2);
      int depth = node.group(1).length() / INDENT;
      path.subList(depth, path.size()).clear();
      if (depth > 0) {
        below.computeIfAbsent(path.getLast(), key -> new TreeSet<>()).add(artifact);
      } else if (!node.group(3).equals("test") && !optional.contains(artifact)) {
        next.add(artifact);
      }
      path.add(artifact);
    }
    Set<String> all = new TreeSet<>();
    while (!next.isEmpty()) {
      String artifact = next.remove();
      if (all.add(artifact)) {
        next.addAll(below.getOrDefault(artifact, Set.of()));
      }
    }
    return all;
  }

  private static Set<String> optional(String pom) {
    Set<String> optional = new TreeSet<>();
    Matcher each = DEPENDENCY.matcher(pom);
    while (each.find()) {
      if (each.group(1).contains("<optional>true</optional>")) {
        optional.add(value(each.group(1), "groupId") + ":" + value(each.group(1), "artifactId"));
      }
    }
    return optional;
  }

  private static String value(String dependency, String element) {
    Matcher found =
        Pattern.compile("<" + element + ">([^<]+)</" + element + ">").matcher(dependency);
    return found.find() ? found.group(1) : "";
  }
}
