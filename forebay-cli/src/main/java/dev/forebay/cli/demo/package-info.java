/** Monday, nine o'clock, for real: one scenario over HTTP against three policies side by side. */
@NullMarked
package dev.forebay.cli.demo;

import org.jspecify.annotations.NullMarked;
