package dev.forebay.spring;

import dev.forebay.client.ForebayBuilder;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.PropertyTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ResourceUtils;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;

/** What an application's properties say: the file's keys, or where the file is. */
final class ForebaySettings {
  private static final String PREFIX = PropertyTree.PREFIX;

  private final Environment environment;
  private final ResourceLoader resources;

  ForebaySettings(Environment environment, ResourceLoader resources) {
    this.environment = environment;
    this.resources = resources;
  }

  /**
   * Applies them.
   *
   * @param region of the targets that name none, if there is no configuration at all
   * @throws dev.forebay.config.ConfigException with every problem that was found
   */
  void applyTo(ForebayBuilder builder, ObjectProvider<AwsRegionProvider> region) {
    Optional<String> file = own("config", String.class);
    SpringProperties tree = new SpringProperties(environment);
    List<String> sections = tree.sections();
    sections.forEach(ForebaySettings::refuseMisspeltOwn);
    if (file.isPresent() && !sections.isEmpty()) {
      throw new InvalidConfigurationPropertyValueException(
          PREFIX + ".config",
          file.get(),
          "%s.%s is set too. Keep the file, or the keys in the properties."
              .formatted(PREFIX, sections.getFirst()));
    }
    if (file.isPresent()) {
      builder.config(load(file.get()));
    } else if (!sections.isEmpty()) {
      builder.config(tree.read());
    } else {
      region.ifUnique(own -> builder.region(own.getRegion()));
    }
    own("max-concurrent-calls", Integer.class).ifPresent(builder::maxConcurrentCalls);
  }

  private <T> Optional<T> own(String key, Class<T> type) {
    return Optional.ofNullable(Binder.get(environment).bind(PREFIX + "." + key, type).orElse(null));
  }

  /** The reader of the configuration knows the file's keys alone, and could not suggest these. */
  private static void refuseMisspeltOwn(String name) {
    PropertyTree.ownMeantBy(name)
        .ifPresent(
            meant -> {
              throw new InvalidConfigurationPropertyValueException(
                  PREFIX + "." + name, null, "Unknown key; did you mean '" + meant + "'?");
            });
  }

  private GatewayConfig load(String location) {
    Resource resource = resources.getResource(location);
    try {
      // A location without a scheme is a file, as for other programs that read it.
      if (!ResourceUtils.isUrl(location)) {
        return ConfigFile.load(Path.of(location), System.getenv());
      }
      if (resource.isFile()) {
        return ConfigFile.load(resource.getFile().toPath(), System.getenv());
      }
      return ConfigFile.parse(
          resource.getContentAsString(StandardCharsets.UTF_8),
          resource.getDescription(),
          System.getenv());
    } catch (IOException e) {
      throw new InvalidConfigurationPropertyValueException(
          PREFIX + ".config", location, "It cannot be read: " + e.getMessage());
    }
  }
}
