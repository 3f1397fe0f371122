package dev.forebay.core;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks one of the few places that read a clock, wait, or draw system randomness. Everything else
 * takes the time and a random generator as arguments; the build refuses those calls without this
 * mark.
 */
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Seam {
  /** Why this place may read the clock, wait or use system randomness. */
  String value();
}
