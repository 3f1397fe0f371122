package dev.forebay.cli.demo;

import java.util.List;

/**
 * How the run stands.
 *
 * @param stage what is being done
 * @param realSeconds since the run began, or the warm-up
 * @param emulatedSeconds the time in the story
 * @param storySeconds how long calls arrive
 * @param offered calls per second of the story, now
 * @param mostOffered the most there will be
 */
public record Progress(
    String stage,
    double realSeconds,
    double emulatedSeconds,
    double storySeconds,
    double offered,
    double mostOffered,
    List<LaneView> lanes) {}
