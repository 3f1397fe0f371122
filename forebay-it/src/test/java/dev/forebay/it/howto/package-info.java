/** The pages of docs/how-to for Java, run as they stand. */
@NullMarked
package dev.forebay.it.howto;

import org.jspecify.annotations.NullMarked;
