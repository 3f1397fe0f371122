/** The words that `forebay top` uses too. */

import file from '../../forebay-gateway/src/main/resources/dev/forebay/gateway/live/words.json';

export const words = file;

/** As the beginning of a label. */
export function label(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
