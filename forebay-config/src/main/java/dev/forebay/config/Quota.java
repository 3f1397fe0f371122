package dev.forebay.config;

import java.util.OptionalLong;

/** What an account may use of one target; a part that is empty is learned. */
public record Quota(OptionalLong requestsPerMinute, OptionalLong tokensPerMinute) {}
