/** What if: policies in virtual time against a model of Bedrock's quotas, side by side. */
@NullMarked
package dev.forebay.simulator;

import org.jspecify.annotations.NullMarked;
