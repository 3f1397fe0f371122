/** What happens to a call: its state machine and the policies that decide each next step. */
@NullMarked
package dev.forebay.core;

import org.jspecify.annotations.NullMarked;
