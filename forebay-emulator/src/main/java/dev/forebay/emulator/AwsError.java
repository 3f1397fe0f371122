package dev.forebay.emulator;

/** An error as AWS words it. */
record AwsError(ErrorType type, String message) {}
