/**
 * Forebay in a Spring Boot application: the clients of Bedrock Runtime as beans, configured by
 * properties, with health, metrics and an orderly end.
 */
@NullMarked
package dev.forebay.spring;

import org.jspecify.annotations.NullMarked;
