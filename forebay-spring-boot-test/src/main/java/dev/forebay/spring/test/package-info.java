/** Tests of Spring Boot applications against an emulated Bedrock Runtime. */
@NullMarked
package dev.forebay.spring.test;

import org.jspecify.annotations.NullMarked;
