package dev.forebay.spring.test;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/**
 * Which modules the starter and its test support may use, as {@code ArchitectureTest} draws it for
 * the others. It stands here because Spring is on no other class path.
 */
class RoomTest {
  private static final JavaClasses OWN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.forebay.spring");

  @Test
  void theStarterUsesTheClientAndNoEmulator() {
    noClasses()
        .that()
        .resideInAPackage("dev.forebay.spring")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.forebay..")
                .and(
                    not(
                        resideInAnyPackage(
                            "dev.forebay.spring",
                            "dev.forebay.core..",
                            "dev.forebay.config..",
                            "dev.forebay.client.."))))
        .check(OWN);
  }

  @Test
  void theTestSupportUsesTheStarterTheClientAndTheEmulator() {
    noClasses()
        .that()
        .resideInAPackage("dev.forebay.spring.test..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.forebay..")
                .and(
                    not(
                        resideInAnyPackage(
                            "dev.forebay.spring..",
                            "dev.forebay.client..",
                            "dev.forebay.emulator.."))))
        .check(OWN);
  }
}
