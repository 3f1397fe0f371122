/** The {@code forebay} command: puts the rooms together. */
@NullMarked
package dev.forebay.cli;

import org.jspecify.annotations.NullMarked;
