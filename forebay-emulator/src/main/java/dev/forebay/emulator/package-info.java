/** A Bedrock Runtime that throttles, slows and fails on command. */
@NullMarked
package dev.forebay.emulator;

import org.jspecify.annotations.NullMarked;
