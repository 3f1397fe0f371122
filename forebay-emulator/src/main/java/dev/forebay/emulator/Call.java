package dev.forebay.emulator;

/** A data-plane request as its path names it. */
record Call(ModelId model, Operation operation) {}
