/** Each fault that was fixed, as its users met it. */
@NullMarked
package dev.forebay.it.issues;

import org.jspecify.annotations.NullMarked;
