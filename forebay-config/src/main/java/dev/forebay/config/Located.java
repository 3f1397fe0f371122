package dev.forebay.config;

/** A value that the file gives, with its place. */
record Located<T>(T value, String path, SourcePosition place) {}
