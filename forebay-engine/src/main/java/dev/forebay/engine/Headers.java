package dev.forebay.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request or an answer: in the order in which they were added, several values to a
 * name, names in any case. A message has a dozen, so a name is looked for one after the other. Not
 * thread-safe; may be shared once it does not change any more.
 */
public final class Headers implements Iterable<Map.Entry<String, String>> {
  public static final String ACCEPT = "accept";
  public static final String ACCEPT_ENCODING = "accept-encoding";
  public static final String AUTHORIZATION = "authorization";
  public static final String CACHE_CONTROL = "cache-control";
  public static final String CONNECTION = "connection";
  public static final String CONTENT_ENCODING = "content-encoding";
  public static final String CONTENT_LENGTH = "content-length";
  public static final String CONTENT_TYPE = "content-type";
  public static final String DATE = "date";
  public static final String HOST = "host";
  public static final String TRANSFER_ENCODING = "transfer-encoding";

  private static final int USUAL = 16;

  private static final char DELETE = 0x7f;

  /** By character, whether a name may have it (RFC 9110, 5.6.2). */
  private static final boolean[] IN_NAMES = new boolean[DELETE];

  static {
    for (char c = '!'; c < DELETE; c++) {
      IN_NAMES[c] = "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
    }
  }

  /** Names at even places, each with its value behind it. */
  private String[] pairs = new String[2 * USUAL];

  private int end;

  /** The marks of all names that were ever added: most names that are looked for are not there. */
  private long marks;

  public Headers() {}

  /** The same headers, to be changed apart. */
  public Headers(Headers others) {
    pairs = Arrays.copyOf(others.pairs, Math.max(others.pairs.length, others.end + 8));
    end = others.end;
    marks = others.marks;
  }

  /** The first value of a name; null if there is none. */
  public @Nullable String get(String name) {
    int at = find(name, 0);
    return at < 0 ? null : pairs[at + 1];
  }

  /** All values of a name in their order. Cannot be changed. */
  public List<String> getAll(String name) {
    int first = find(name, 0);
    if (first < 0) {
      return List.of();
    }
    List<String> values = new ArrayList<>(1);
    for (int at = first; at >= 0; at = find(name, at + 2)) {
      values.add(pairs[at + 1]);
    }
    return List.copyOf(values);
  }

  public boolean contains(String name) {
    return find(name, 0) >= 0;
  }

  /** The names in lower case. */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    forEach((name, value) -> names.add(name.toLowerCase(Locale.ROOT)));
    return names;
  }

  public boolean isEmpty() {
    return end == 0;
  }

  /**
   * Adds a value.
   *
   * @throws IllegalArgumentException for a name or a value that HTTP does not allow
   */
  public Headers add(String name, String value) {
    checkName(name);
    checkValue(value);
    return addReceived(name, value);
  }

  /**
   * Adds a value as the other side sent it, whatever is in it: it is checked when it is added to
   * what is sent.
   */
  public Headers addReceived(String name, String value) {
    if (end == pairs.length) {
      pairs = Arrays.copyOf(pairs, 2 * end);
    }
    pairs[end] = name;
    pairs[end + 1] = value;
    end += 2;
    marks |= mark(name);
    return this;
  }

  /**
   * Gives a name this value alone.
   *
   * @throws IllegalArgumentException for a name or a value that HTTP does not allow
   */
  public Headers set(String name, String value) {
    checkName(name);
    checkValue(value);
    return setUnchecked(name, value);
  }

  /** The same without a check: the caller has made sure that HTTP allows name and value. */
  public Headers setUnchecked(String name, String value) {
    remove(name);
    return addReceived(name, value);
  }

  public Headers remove(String name) {
    int kept = find(name, 0);
    if (kept < 0) {
      return this;
    }
    for (int at = kept + 2; at < end; at += 2) {
      if (!pairs[at].equalsIgnoreCase(name)) {
        pairs[kept] = pairs[at];
        pairs[kept + 1] = pairs[at + 1];
        kept += 2;
      }
    }
    end = kept;
    return this;
  }

  /**
   * Adds all of these.
   *
   * @throws IllegalArgumentException for a name or a value that HTTP does not allow
   */
  public Headers addAll(Headers others) {
    others.forEach(this::add);
    return this;
  }

  /** Takes each name once, with all of its values. */
  public void forEachName(BiConsumer<String, List<String>> action) {
    boolean repeated = hasRepeatedNames();
    for (int at = 0; at < end; at += 2) {
      String name = pairs[at];
      if (!repeated) {
        action.accept(name, List.of(pairs[at + 1]));
      } else if (find(name, 0) == at) {
        action.accept(name, getAll(name));
      }
    }
  }

  private boolean hasRepeatedNames() {
    long seen = 0;
    for (int at = 0; at < end; at += 2) {
      long mark = mark(pairs[at]);
      if ((seen & mark) != 0 && find(pairs[at], 0) < at) {
        return true;
      }
      seen |= mark;
    }
    return false;
  }

  /** Takes name and value of each header in order. */
  public void forEach(BiConsumer<String, String> action) {
    for (int at = 0; at < end; at += 2) {
      action.accept(pairs[at], pairs[at + 1]);
    }
  }

  @Override
  public Iterator<Map.Entry<String, String>> iterator() {
    return new Iterator<>() {
      private int at;

      @Override
      public boolean hasNext() {
        return at < end;
      }

      @Override
      public Map.Entry<String, String> next() {
        if (at >= end) {
          throw new NoSuchElementException();
        }
        at += 2;
        return Map.entry(pairs[at - 2], pairs[at - 1]);
      }
    };
  }

  private int find(String name, int from) {
    if ((marks & mark(name)) == 0) {
      return -1;
    }
    for (int at = from; at < end; at += 2) {
      if (pairs[at].equalsIgnoreCase(name)) {
        return at;
      }
    }
    return -1;
  }

  /**
   * One bit by the length, and by the first and the last letter in any case. With these factors few
   * of the usual names have one in common.
   */
  private static long mark(String name) {
    int length = name.length();
    if (length == 0) {
      return 1;
    }
    int first = name.charAt(0) | ('a' - 'A');
    int last = name.charAt(length - 1) | ('a' - 'A');
    return 1L << (length + 43 * first + 57 * last);
  }

  private static void checkName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= DELETE || !IN_NAMES[c]) {
        throw new IllegalArgumentException("a header's name must not have character " + (int) c);
      }
    }
  }

  /**
   * Checks a value that is to be set more than once.
   *
   * @throws IllegalArgumentException for a value that HTTP does not allow
   */
  public static void checkValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == DELETE) {
        throw new IllegalArgumentException("a header's value must not have character " + (int) c);
      }
    }
  }

  /** The names alone: values may be secrets. */
  @Override
  public String toString() {
    return names().toString();
  }
}
