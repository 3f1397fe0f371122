# What the launchers of the checkout and of the distribution share: which Java, with which options.
# For `.`; POSIX sh. Leaves $java_home, $java_major and $options.

# A Java's major version, from its release file; nothing if the folder has not got the program $2.
major_of() {
  [ -x "$1/bin/$2" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

home_on_path() {
  program=$(command -v "$1") || return 0
  program=$(readlink -f "$program" 2>/dev/null || echo "$program")
  dirname "$(dirname "$program")"
}

# The newest Java that has the program $1: java, or javac to build with.
find_java() {
  java_home=''
  java_major=20
  for candidate in "${JAVA_HOME:-}" "$(home_on_path "$1")" /usr/lib/jvm/* /opt/java/* /opt/jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
    major=$(major_of "$candidate" "$1")
    if [ -n "$major" ] && [ "$major" -gt "$java_major" ]; then
      java_home=$candidate
      java_major=$major
    fi
  done
  [ -n "$java_home" ]
}

# Where a JDK 25 keeps what it loaded, linked and learned in a first run for all others. The JVM looks by itself whether the cache fits it
# and the jars; without one, all works as well and starts later. $1 is the folder of the jars.
cache_in() {
  echo "$1/$(cksum <"$java_home/release" | tr -d ' ').aot"
}

# Without memory the process ends, so that its supervisor starts another.
base_options() {
  options='--enable-native-access=ALL-UNNAMED -XX:+ExitOnOutOfMemoryError'
  # Netty reaches for memory by sun.misc.Unsafe, which newer JDKs comment on at every start.
  [ "$java_major" -lt 23 ] || options="$options --sun-misc-unsafe-memory-access=allow"
  [ "$java_major" -lt 25 ] || options="$options -XX:+UseCompactObjectHeaders"
}

# Makes the cache of the jars in the folder $1, by a run that no caller sees; its output goes to the file $2.
rehearse() {
  [ "$java_major" -ge 25 ] && [ "${FOREBAY_AOT:-on}" = on ] || return 0
  # shellcheck disable=SC2086 # the options are words
  FOREBAY_REHEARSAL=none "$java_home/bin/java" $options -XX:AOTCacheOutput="$(cache_in "$1")" -cp "$1/*" dev.forebay.cli.AotTrainingRun \
    >>"$2" 2>&1 </dev/null || rm -f "$(cache_in "$1")"
}

# What the command $1 asks for beside base_options.
command_options() {
  # The demo's minute is too short for the optimizing compiler to earn the time that it takes from the measured; so is a simulation.
  case "${1:-}" in
    demo) options="$options -XX:TieredStopAtLevel=1" ;;
    simulate) options="$options -XX:TieredStopAtLevel=1 -XX:+UseSerialGC" ;;
    # A 64th of the machine's memory is what the heap begins with otherwise, and G1 fills all that it has before it looks for garbage.
    # After 5 s without a collection it looks for memory that it can give back, and it keeps as much free as is used.
    serve) options="$options -Xms64m -XX:G1PeriodicGCInterval=5000 -XX:MinHeapFreeRatio=30 -XX:MaxHeapFreeRatio=50" ;;
  esac
}

# Becomes the command, from the jars in the folder $1.
launch() {
  jars=$1
  shift
  cache=$(cache_in "$jars")
  if [ -f "$cache" ] && [ "${FOREBAY_AOT:-on}" = on ]; then
    options="$options -XX:AOTCache=$cache -Xlog:aot*=off"
  fi
  command_options "${1:-}"
  # shellcheck disable=SC2086 # the options are words
  exec "$java_home/bin/java" $options ${FOREBAY_JAVA_OPTS:-} -cp "$jars/*" dev.forebay.cli.Main "$@"
}
