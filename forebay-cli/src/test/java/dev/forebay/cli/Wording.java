package dev.forebay.cli;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What must not stand in messages, pages and Javadoc: riddles, and names that are no longer used.
 */
final class Wording {
  private static final Pattern RIDDLE =
      Pattern.compile(
          "(?i)\\b(?:told(?! apart)|lest|of late|whoever|who reads(?! the)|let go|nobody|said once"
              + "|unsaid|luck was|time was up|in vain|goodbye|farewell|lived through|for want of"
              + "|its own affair)\\b");

  private static final Pattern RIDDLE_IN_NAME =
      Pattern.compile(
          "(?i)\\b(?:told(?! apart)|lest|of late|whoever reads|who reads(?! the)|let go"
              + "|nobody waits|said once|unsaid|luck was|time was up)\\b");

  /** What only people do. Methods and commands may have these names, so only prose is searched. */
  private static final Pattern PERSONIFIED =
      Pattern.compile(
          "(?i)\\b(?:tells?|telling|hears?|heard of|forgets?|forgot|forgotten|forgetting)\\b");

  /** Terms of the field have taken their place; see the glossary of CONTRIBUTING.md. */
  private static final Pattern FORMER =
      Pattern.compile(
          "\\b(?:Detour|LastWord|Flights?|WaitLine|FairLine|SideExchange|SideCalls?"
              + "|OpenCall|Workshop|JobDesk|Doorkeeper|HeadWatch|LateWatch|BriefLock|KeyedCalls"
              + "|AnswerReuse|TimeLimits|HedgeShare|Underway|HeldMessage"
              + "|Workplace|Letters|KeptCalls|takeOffBeside|turnOff"
              + "|QuotaBelief|QuotaMirror|MirrorWeights|MinutePhases|HeadRoom|CallMaker|AnswerKeeper"
              + "|AnswerJudge|LastResort|AsyncFace|BlockingFace|FarAlarms|OnePiece|UnderWay"
              + "|AnswerSeal|CircuitOpinions|CountingKind|StorePlace|Rehearsal|PlainServe|StandIn"
              + "|SideAnswers|RequestScan|InputRates|showsLife|showedLife|lifeShows|lifeByNanos"
              + "|contentArrives|reachesNobody|lineDecidesAgain|circuitMoved|probesToTell)\\b"
              + "|(?:::|\\b(?=\\w+\\())(?:look|flowed|fly|bury|beat|burden|mend|access)\\b");

  /** Former names that mean nothing else, as a name, a part of one, or a word of a comment. */
  private static final Pattern FORMER_WORD =
      Pattern.compile(
          "(?<![A-Za-z])(?i:@)(?![a-z])|(?<=[a-z0-9])(?=[A-Z])(?i:@)(?![a-z])"
              .replace(
                  "@", "(?:spare|permit|verdict|happening|rung|desk|allowance|outlet|detour)s?"));

  /** More of them, which are plain words too, so that only a type of such a name is meant. */
  private static final Pattern FORMER_TYPE =
      Pattern.compile(
          "\\b(?:class|record|interface|enum) (Reach|Waiting|Gate|Standing|Found|Reading|Contained"
              + "|Losses|Moment|Tally|Shared|Setups?|Access|Callers|Landing|Observation|Turns?"
              + "|Claim|Reader|Told|Taker|Face|Mend|Fit|Fitting|Lessons|Draft|Attachment|Intake"
              + "|Books|Ask|Wants|Act|Words)\\b");

  /** So that no quote within a comment begins a literal, comments are matched too. */
  private static final Pattern LITERAL =
      Pattern.compile(
          "\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*+\"|'(?:\\\\.|[^'\\\\\n])*+'"
              + "|`(?:\\\\.|[^`\\\\])*+`|/\\*[\\s\\S]*?\\*/|//[^\n]*+");

  private static final Pattern NAME = Pattern.compile("\\b[A-Za-z]\\w*");

  private static final Pattern BETWEEN_WORDS = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|_");

  private static final Pattern PERMITS = Pattern.compile("\\bpermits\\b(?=\\s+[A-Z])");

  private Wording() {}

  static List<String> riddles(String text) {
    return found(RIDDLE, text);
  }

  /** The same in prose: comments, and the pages of the documentation. */
  static List<String> riddlesOfProse(String text) {
    return Stream.concat(riddles(text).stream(), found(PERSONIFIED, text).stream()).toList();
  }

  static List<String> formerNames(String text) {
    return found(FORMER, text);
  }

  /** Literals may have them: they are keys of the public JSON, or names of an example's targets. */
  static List<String> formerWords(String source) {
    return found(FORMER_WORD, PERMITS.matcher(withoutLiterals(source)).replaceAll(""));
  }

  /** Names, of methods too, whose words are a riddle. */
  static List<String> riddlesInNames(String source) {
    return NAME.matcher(LITERAL.matcher(source).replaceAll("''"))
        .results()
        .map(MatchResult::group)
        .filter(name -> RIDDLE_IN_NAME.matcher(BETWEEN_WORDS.matcher(name).replaceAll(" ")).find())
        .toList();
  }

  static List<String> formerTypes(String text) {
    return FORMER_TYPE.matcher(text).results().map(found -> found.group(1)).toList();
  }

  static List<String> comments(String source) {
    return found(LITERAL, source).stream().filter(text -> text.startsWith("/")).toList();
  }

  static String withoutComments(String source) {
    return LITERAL
        .matcher(source)
        .replaceAll(
            text -> text.group().startsWith("/") ? " " : Matcher.quoteReplacement(text.group()));
  }

  private static String withoutLiterals(String source) {
    return LITERAL.matcher(source).replaceAll(Wording::comment);
  }

  private static String comment(MatchResult text) {
    return text.group().startsWith("/") ? Matcher.quoteReplacement(text.group()) : "''";
  }

  private static List<String> found(Pattern what, String text) {
    return what.matcher(text).results().map(MatchResult::group).toList();
  }
}
