package dev.forebay.emulator;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A model id as it was asked for, with the plainer ids it may stand for.
 *
 * @param asked the decoded path label: a base id, a profile id or an ARN
 */
record ModelId(String asked) {
  private static final Pattern HIDING =
      Pattern.compile(
          ".*:(application-inference-profile|provisioned-model|custom-model-deployment|imported-model"
              + "|prompt-router|default-prompt-router)/.*");

  /** The resource part of an ARN; any other id as it is. */
  String profile() {
    return asked.startsWith("arn:") ? asked.substring(asked.lastIndexOf('/') + 1) : asked;
  }

  /** The base model id: a profile's id without its geography ({@code us.}, {@code global.}). */
  String base() {
    String profile = profile();
    int dot = profile.indexOf('.');
    boolean geographic =
        dot > 0 && profile.indexOf('.', dot + 1) > 0 && isGeography(profile.substring(0, dot));
    return geographic ? profile.substring(dot + 1) : profile;
  }

  /** Whether it is an ARN whose name does not show the model. */
  boolean hides() {
    return asked.startsWith("arn:") && HIDING.matcher(asked).matches();
  }

  /** All ids that configuration may know this model by, the most exact first. */
  List<String> names() {
    return List.of(asked, profile(), base());
  }

  private static boolean isGeography(String label) {
    return label.equals("global")
        || label.equals("apac")
        || label.equals("us-gov")
        || label.length() == 2;
  }
}
