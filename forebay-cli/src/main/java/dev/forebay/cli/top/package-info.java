/** The dashboard in a terminal. */
@NullMarked
package dev.forebay.cli.top;

import org.jspecify.annotations.NullMarked;
