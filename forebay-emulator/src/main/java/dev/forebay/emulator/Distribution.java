package dev.forebay.emulator;

import java.util.random.RandomGenerator;

/** What a quantity is drawn from: milliseconds, tokens per second, or tokens. */
public sealed interface Distribution {
  /** One draw. */
  double sample(RandomGenerator random);

  /** Always the same value. */
  record Fixed(double value) implements Distribution {
    public Fixed {
      Distribution.positiveOrZero(value);
    }

    @Override
    public double sample(RandomGenerator random) {
      return value;
    }
  }

  /** Lognormal, stated by its median and its 99th percentile. */
  record LogNormal(double median, double p99) implements Distribution {
    /** The standard normal's 99th percentile. */
    private static final double Z99 = 2.3263478740408408;

    public LogNormal {
      if (!(median > 0) || !(p99 >= median)) {
        throw new IllegalArgumentException(
            "expected 0 < median <= p99, not median " + median + ", p99 " + p99);
      }
    }

    @Override
    public double sample(RandomGenerator random) {
      double sigma = Math.log(p99 / median) / Z99;
      return median * Math.exp(sigma * random.nextGaussian());
    }
  }

  /** Evenly spread from min to max. */
  record Uniform(double min, double max) implements Distribution {
    public Uniform {
      Distribution.positiveOrZero(min);
      if (!(max >= min)) {
        throw new IllegalArgumentException("expected min <= max, not min " + min + ", max " + max);
      }
    }

    @Override
    public double sample(RandomGenerator random) {
      return min + (max - min) * random.nextDouble();
    }
  }

  private static void positiveOrZero(double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException("expected at least 0, not " + value);
    }
  }
}
