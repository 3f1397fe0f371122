package dev.forebay.spring.test;

import dev.forebay.emulator.Emulator;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.TestExecutionListener;

/** Resets the emulator before each test method. */
final class EmulatorTestExecutionListener implements TestExecutionListener {
  @Override
  public void beforeTestMethod(TestContext testContext) {
    if (TestContextAnnotationUtils.hasAnnotation(
        testContext.getTestClass(), AutoConfigureForebayEmulator.class)) {
      testContext.getApplicationContext().getBean(Emulator.class).reset();
    }
  }
}
