package dev.forebay.emulator;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the one place that reads a clock; the build refuses a clock anywhere else. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@interface Seam {
  /** Why this place may read the clock. */
  String value();
}
