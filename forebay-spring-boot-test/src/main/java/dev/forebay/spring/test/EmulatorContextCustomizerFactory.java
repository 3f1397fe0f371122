package dev.forebay.spring.test;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Finds {@link AutoConfigureForebayEmulator} on a test. */
final class EmulatorContextCustomizerFactory implements ContextCustomizerFactory {
  @Override
  public @Nullable ContextCustomizer createContextCustomizer(
      Class<?> testClass, List<ContextConfigurationAttributes> configAttributes) {
    AutoConfigureForebayEmulator found =
        TestContextAnnotationUtils.findMergedAnnotation(
            testClass, AutoConfigureForebayEmulator.class);
    return found == null ? null : new EmulatorContextCustomizer(found.config());
  }
}
