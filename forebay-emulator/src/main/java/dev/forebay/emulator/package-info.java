/**
 * A Bedrock Runtime that throttles, slows and fails on command, for tests and demonstrations.
 *
 * <p>{@link dev.forebay.emulator.Emulator} serves the data plane (InvokeModel, Converse, their
 * streams, CountTokens) over HTTP/1.1 and HTTP/2 with prior knowledge on one plaintext port, and
 * its own interface below {@code /_emulator/}: {@code faults} (GET, POST, DELETE), {@code stats}
 * (GET) and {@code reset} (POST). {@link dev.forebay.emulator.EmulatorConfig} says which models
 * there are, and {@code default.yaml} beside it documents every key. A request may say in the
 * header {@code x-emulator-output-tokens} how long its answer would be if {@code maxTokens} did not
 * cut it.
 *
 * <p>A request goes through authorization, the fault script, the model list, validation and the
 * quota, in this order. What comes out is a script of everything that will happen to it, which is
 * then played at its times. So a fault that stands in for the answer takes nothing from a quota,
 * and one that reshapes the answer does. CountTokens is free of charge.
 *
 * <p>The same seed and the same sequence of requests give the same texts, latencies, request ids
 * and probabilistic faults. Latencies, quota windows and fault times run on emulated time, which
 * goes {@code speed} times as fast as the real one.
 *
 * <h2>Open points of the quota model</h2>
 *
 * AWS documents a reservation of input, cached tokens and the requested maximum at admission, and a
 * settlement to input, cache writes and output times the burndown rate. It leaves open, so that
 * they are settings here:
 *
 * <ul>
 *   <li>whether a minute is a fixed window, the last 60 s, or a bucket that refills continuously
 *       ({@code window}); a window drops its debt when that is a minute old or earlier, a bucket
 *       works it off;
 *   <li>whether the reservation is multiplied by the burndown rate, as some users saw ({@code
 *       reserve}).
 * </ul>
 *
 * It is also open whether a refused request is charged; here it is not. Unused reservation is
 * released when the answer ends, not while it comes.
 */
@NullMarked
package dev.forebay.emulator;

import org.jspecify.annotations.NullMarked;
