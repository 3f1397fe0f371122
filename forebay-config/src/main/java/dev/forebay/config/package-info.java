/**
 * What a user configures: YAML read into validated records, or refused with every problem named.
 */
@NullMarked
package dev.forebay.config;

import org.jspecify.annotations.NullMarked;
