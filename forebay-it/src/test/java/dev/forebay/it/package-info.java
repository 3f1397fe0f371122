/** The whole of Forebay, from the caller's socket to an emulated or scripted Bedrock. */
@NullMarked
package dev.forebay.it;

import org.jspecify.annotations.NullMarked;
