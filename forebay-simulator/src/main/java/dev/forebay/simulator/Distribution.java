package dev.forebay.simulator;

import java.util.random.RandomGenerator;

/** What a quantity is drawn from: seconds, tokens per second, or tokens. */
public sealed interface Distribution {
  /** One draw. */
  double sample(RandomGenerator random);

  /** The middle of what is drawn. */
  double median();

  /** Always the same value. */
  record Fixed(double median) implements Distribution {
    @Override
    public double sample(RandomGenerator random) {
      return median;
    }
  }

  /** Log-normal, by its median and the standard deviation of its logarithm. */
  record LogNormal(double median, double sigma) implements Distribution {
    /** The standard normal's 99th percentile. */
    private static final double Z99 = 2.3263478740408408;

    static LogNormal of(double median, double p99) {
      return new LogNormal(median, Math.log(p99 / median) / Z99);
    }

    @Override
    public double sample(RandomGenerator random) {
      return median * Math.exp(sigma * random.nextGaussian());
    }
  }

  /** Evenly spread from min to max. */
  record Uniform(double min, double max) implements Distribution {
    @Override
    public double sample(RandomGenerator random) {
      return min + (max - min) * random.nextDouble();
    }

    @Override
    public double median() {
      return (min + max) / 2;
    }
  }
}
