package dev.forebay.cli;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What must not stand in messages, pages and Javadoc: riddles, and names that are no longer used.
 */
final class Wording {
  private static final Pattern RIDDLE =
      Pattern.compile(
          "(?i)\\b(?:told(?! apart)|lest|of late|whoever reads|who reads(?! the)|let go|nobody waits|said once|unsaid"
              + "|luck was|time was up)\\b");

  /** Terms of the field have taken their place; see the glossary of CONTRIBUTING.md. */
  private static final Pattern FORMER =
      Pattern.compile(
          "\\b(?:Detour|LastWord|Flights?|WaitLine|FairLine|Spare|Permit|SideExchange|SideCalls?"
              + "|OpenCall|Workshop|JobDesk|Doorkeeper|HeadWatch|LateWatch|BriefLock|KeyedCalls"
              + "|AnswerReuse|Allowance|TimeLimits|HedgeShare|Happening|Rung|Underway|HeldMessage"
              + "|Workplace|Letters|KeptCalls|takeOffBeside|turnOff)\\b");

  /** More of them, which are plain words too, so that only a type of such a name is meant. */
  private static final Pattern FORMER_TYPE =
      Pattern.compile(
          "\\b(?:class|record|interface|enum) (Reach|Waiting|Verdict|Gate|Standing|Found|Reading|Contained"
              + "|Losses|Moment|Tally|Outlet|Shared|Setups?|Access|Callers|Landing|Desk|Observation)\\b");

  private Wording() {}

  static List<String> riddles(String text) {
    return found(RIDDLE, text);
  }

  static List<String> formerNames(String text) {
    return found(FORMER, text);
  }

  static List<String> formerTypes(String text) {
    return FORMER_TYPE.matcher(text).results().map(found -> found.group(1)).toList();
  }

  private static List<String> found(Pattern what, String text) {
    return what.matcher(text).results().map(found -> found.group()).toList();
  }
}
