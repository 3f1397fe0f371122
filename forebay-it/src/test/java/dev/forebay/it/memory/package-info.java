/** What a gateway holds in memory, and how it ends without any. */
@NullMarked
package dev.forebay.it.memory;

import org.jspecify.annotations.NullMarked;
