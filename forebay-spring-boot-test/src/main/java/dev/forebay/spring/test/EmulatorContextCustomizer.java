package dev.forebay.spring.test;

import dev.forebay.client.ForebayBuilder;
import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import dev.forebay.spring.ForebayCustomizer;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Adds the emulator to a context, and directs Forebay to it. Equal ones share a context.
 *
 * @param config of the emulator, as YAML
 */
record EmulatorContextCustomizer(String config) implements ContextCustomizer {
  @Override
  public void customizeContext(
      ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
    BeanDefinitionRegistry registry = (BeanDefinitionRegistry) context.getBeanFactory();
    RootBeanDefinition emulator = new RootBeanDefinition(Emulator.class, this::start);
    emulator.setDestroyMethodName("close");
    registry.registerBeanDefinition("forebayEmulator", emulator);
    // Of beans without an order the one that is defined last comes last: after the application's.
    context.addBeanFactoryPostProcessor(
        factory ->
            registry.registerBeanDefinition(
                "forebayEmulatorCustomizer",
                new RootBeanDefinition(
                    ToEmulator.class, () -> new ToEmulator(factory.getBean(Emulator.class)))));
  }

  private Emulator start() {
    EmulatorConfig read = EmulatorConfig.parse(config);
    EmulatorConfig onAnyPort =
        new EmulatorConfig(
            "127.0.0.1",
            0,
            read.seed(),
            read.speed(),
            read.anyModel(),
            read.requireAuth(),
            read.models(),
            read.otherModels(),
            read.faults());
    try {
      return Emulator.start(onAnyPort);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "The emulator cannot start: "
              + e.getMessage()
              + " is missing. It needs Netty 4.2, and"
              + " Spring Boot 3.5 has 4.1. Set the Maven property netty.version, see"
              + " docs/guide/spring.md",
          e);
    }
  }

  /** Is the last customizer, so that no other one directs calls elsewhere. */
  record ToEmulator(Emulator emulator) implements ForebayCustomizer, Ordered {
    @Override
    public void customize(ForebayBuilder builder) {
      builder.endpoint(emulator.endpoint()).credentials("anonymous");
    }

    @Override
    public int getOrder() {
      return LOWEST_PRECEDENCE;
    }
  }
}
