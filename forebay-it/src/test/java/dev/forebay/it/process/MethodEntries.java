package dev.forebay.it.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.MethodEntryEvent;
import com.sun.jdi.request.EventRequest;
import com.sun.jdi.request.MethodEntryRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java process that runs beside the tests, and the methods of ours that its threads enter: the
 * JVM reports them to a debugger, which this is. No class is changed for it.
 */
public final class MethodEntries implements AutoCloseable {
  private static final Pattern DEBUGGED =
      Pattern.compile("Listening for transport dt_socket at address: (\\d+)");

  private final Process process;
  private final CompletableFuture<Integer> debugged = new CompletableFuture<>();
  private final CompletableFuture<Matcher> ready = new CompletableFuture<>();
  private final CompletableFuture<List<Entry>> recorded = new CompletableFuture<>();

  /**
   * A method that was entered.
   *
   * @param type the name of its class, without that of a class in it
   * @param constructs whether it makes an object, a class or its constants
   */
  public record Entry(String type, String method, boolean constructs) {}

  /**
   * Starts the process.
   *
   * @param says what a line of its output has when it is ready
   */
  public MethodEntries(Class<?> main, List<String> arguments, Pattern says) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
    command.addAll(arguments);
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    Thread.ofPlatform().daemon().start(() -> read(says));
  }

  private void read(Pattern says) {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher address = DEBUGGED.matcher(line);
        if (address.find()) {
          debugged.complete(Integer.valueOf(address.group(1)));
        }
        Matcher said = says.matcher(line);
        if (said.find()) {
          ready.complete(said);
        }
      }
    } catch (IOException e) {
      // It was ended.
    }
    debugged.completeExceptionally(new IllegalStateException("the process ended"));
    ready.completeExceptionally(new IllegalStateException("the process ended"));
  }

  /** What it said when it was ready. */
  public Matcher said() throws Exception {
    return ready.get(60, TimeUnit.SECONDS);
  }

  /**
   * Records from now on.
   *
   * @param packages those of these classes, such as {@code dev.forebay.*}
   * @param threads what the names of the threads begin with; only these are slowed down
   * @param last the method at whose entry the recording ends
   */
  public void record(String packages, String threads, Entry last) throws Exception {
    VirtualMachine machine = attach(debugged.get(60, TimeUnit.SECONDS));
    Thread.ofPlatform().daemon().start(() -> listen(machine, last));
    for (ThreadReference thread : machine.allThreads()) {
      if (thread.name().startsWith(threads)) {
        MethodEntryRequest entries = machine.eventRequestManager().createMethodEntryRequest();
        entries.addClassFilter(packages);
        entries.addThreadFilter(thread);
        entries.setSuspendPolicy(EventRequest.SUSPEND_NONE);
        entries.enable();
      }
    }
  }

  private static VirtualMachine attach(int port)
      throws IOException, IllegalConnectorArgumentsException {
    AttachingConnector socket =
        Bootstrap.virtualMachineManager().attachingConnectors().stream()
            .filter(connector -> connector.transport().name().equals("dt_socket"))
            .findFirst()
            .orElseThrow();
    Map<String, Connector.Argument> arguments = socket.defaultArguments();
    Objects.requireNonNull(arguments.get("hostname")).setValue("127.0.0.1");
    Objects.requireNonNull(arguments.get("port")).setValue(Integer.toString(port));
    return socket.attach(arguments);
  }

  private void listen(VirtualMachine machine, Entry last) {
    List<Entry> all = new ArrayList<>();
    try {
      while (!recorded.isDone()) {
        for (Event event : machine.eventQueue().remove()) {
          if (event instanceof MethodEntryEvent entered) {
            Entry entry = entry(entered.method());
            all.add(entry);
            if (entry.equals(last)) {
              recorded.complete(List.copyOf(all));
            }
          }
        }
      }
      machine.dispose();
    } catch (VMDisconnectedException | InterruptedException e) {
      recorded.completeExceptionally(e);
    }
  }

  private static Entry entry(Method method) {
    String type = method.declaringType().name();
    int nested = type.indexOf('$');
    boolean constructs =
        method.isConstructor()
            || method.isStaticInitializer()
            || method.name().equals("$values")
            || type.contains("$$Lambda");
    return new Entry(nested < 0 ? type : type.substring(0, nested), method.name(), constructs);
  }

  /** What was entered, in this order. */
  public List<Entry> entries() throws Exception {
    return recorded.get(60, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
