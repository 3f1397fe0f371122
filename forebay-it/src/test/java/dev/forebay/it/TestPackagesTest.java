package dev.forebay.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.forebay.it.process.RealTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The packages of these tests, as the main code's are checked by ArchitectureTest. */
class TestPackagesTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
          .importPackages("dev.forebay.it");

  @Test
  void noPackagesGoInCircles() {
    slices().matching("dev.forebay.(**)").should().beFreeOfCycles().check(ALL);
  }

  /** Surefire runs what is called so; runs of minutes are called otherwise. */
  @Test
  void noTestOfTheSuiteWaitsForRealTime() {
    noClasses()
        .that()
        .haveNameMatching(".*Test(\\$.*)?")
        .should()
        .callMethod(RealTime.class, "pass", Duration.class)
        .check(ALL);
  }
}
