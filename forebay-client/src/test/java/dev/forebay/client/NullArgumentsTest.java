package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.forebay.core.Priority;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.regions.Region;

/** A missing value is no setting: it fails where it is given, and is named. */
class NullArgumentsTest {
  private static final Forebay forebay =
      Forebay.builder().credentials("anonymous").region(Region.US_EAST_1).build();

  @AfterAll
  static void close() {
    forebay.close();
  }

  /** Each parameter of each public method of what programs use. */
  static Stream<Arguments> parameters() {
    return Stream.of(
            Forebay.class,
            ForebayBuilder.class,
            RouteBuilder.class,
            CallOptions.class,
            Answered.class)
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isBridge())
        .filter(method -> !method.getName().equals("equals"))
        .sorted(Comparator.comparing(Method::toString))
        .flatMap(
            method ->
                IntStream.range(0, method.getParameterCount())
                    .filter(i -> !method.getParameterTypes()[i].isPrimitive())
                    .mapToObj(i -> Arguments.of(method, i)));
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void isRefusedByName(Method method, int index) {
    Parameter parameter = method.getParameters()[index];
    Throwable thrown =
        catchThrowable(() -> method.invoke(receiver(method), arguments(method, index)));
    assertThat(thrown).as(method + " of null").isInstanceOf(InvocationTargetException.class);
    assertThat(thrown.getCause())
        .isInstanceOf(NullPointerException.class)
        .hasMessage(parameter.getName());
  }

  @Test
  void thereAreParameters() {
    assertThat(parameters().count()).isGreaterThan(30);
    assertThat(parameters().findFirst().orElseThrow().get()[0])
        .extracting(method -> ((Method) method).getParameters()[0].isNamePresent())
        .isEqualTo(true);
  }

  @Test
  void oneNullAmongValuesIsRefusedToo() {
    assertThatThrownBy(() -> Forebay.builder().route("r").primary("m", Region.US_EAST_1, nothing()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("regions");
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return null;
  }

  private static @Nullable Object receiver(Method method) {
    Class<?> type = method.getDeclaringClass();
    if (Modifier.isStatic(method.getModifiers())) {
      return null;
    }
    if (method.getName().equals("primary")) {
      return Forebay.builder().route("r");
    }
    return type == Forebay.class
        ? forebay
        : type == ForebayBuilder.class
            ? Forebay.builder()
            : type == RouteBuilder.class
                ? Forebay.builder().route("r").primary("m")
                : type == CallOptions.class ? Forebay.request() : null;
  }

  private static @Nullable Object[] arguments(Method method, int without) {
    @Nullable Object[] arguments = new Object[method.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = i == without ? null : argument(method.getParameterTypes()[i]);
    }
    return arguments;
  }

  private static Object argument(Class<?> type) {
    if (type == String.class) {
      return "x";
    }
    if (type == Duration.class) {
      return Duration.ofSeconds(1);
    }
    if (type == URI.class) {
      return URI.create("http://127.0.0.1:1");
    }
    if (type == Path.class) {
      return Path.of("x");
    }
    if (type == CallOptions.class) {
      return Forebay.request();
    }
    if (type == AwsRequestOverrideConfiguration.Builder.class) {
      return AwsRequestOverrideConfiguration.builder();
    }
    if (type.isArray()) {
      return Array.newInstance(type.getComponentType(), 0);
    }
    if (type == Region.class) {
      return Region.US_EAST_1;
    }
    if (type == Priority.class) {
      return Priority.BATCH;
    }
    if (type.isPrimitive()) {
      return 1;
    }
    if (type.isInterface()) {
      return Proxy.newProxyInstance(
          type.getClassLoader(), new Class<?>[] {type}, (proxy, called, values) -> null);
    }
    throw new AssertionError("an argument of a kind that is not known: " + type);
  }
}
