package dev.forebay.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a test of Spring Boot: an emulated Bedrock Runtime answers the application. It listens on a
 * free port of the loopback address, and all targets of Forebay are called there without
 * credentials, whatever their configuration says. No request leaves the machine.
 *
 * <p>The {@link dev.forebay.emulator.Emulator} is a bean, which takes faults and shows what has
 * arrived. It is reset before each test method.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface AutoConfigureForebayEmulator {
  /**
   * The emulator's configuration as YAML; the port is always a free one. By default every model of
   * a known family answers at once.
   */
  String config() default
      """
      anyModel: true
      otherModels: { maxTokens: 64000, latency: { timeToFirstToken: 0ms, tokensPerSecond: 1000000 }, outputTokens: 20 }
      """;
}
