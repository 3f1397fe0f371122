/** The {@code forebay} command: assembles the modules. */
@NullMarked
package dev.forebay.cli;

import org.jspecify.annotations.NullMarked;
