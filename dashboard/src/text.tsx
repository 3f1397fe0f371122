/** Sentences of the gateway, in which commands and keys stand in backticks. */

export function Text({ of }: { of: string }) {
  return <>{of.split('`').map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}</>;
}

/** The same where there is no markup. */
export function plain(text: string): string {
  return text.replaceAll('`', '');
}
