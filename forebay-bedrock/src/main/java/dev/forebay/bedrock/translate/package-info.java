/**
 * Requests and answers between families of models, by way of Converse, and which model can serve
 * which call. Pure functions on bytes.
 */
@NullMarked
package dev.forebay.bedrock.translate;

import org.jspecify.annotations.NullMarked;
