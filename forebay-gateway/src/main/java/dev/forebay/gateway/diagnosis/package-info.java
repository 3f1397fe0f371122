/**
 * What is wrong with a configuration, seen before a call fails: warnings, and a check against the
 * service.
 */
@NullMarked
package dev.forebay.gateway.diagnosis;

import org.jspecify.annotations.NullMarked;
