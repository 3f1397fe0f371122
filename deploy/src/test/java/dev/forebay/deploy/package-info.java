/** What is deployed with, as the tools that read it see it. */
@NullMarked
package dev.forebay.deploy;

import org.jspecify.annotations.NullMarked;
