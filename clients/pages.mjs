// What a reader copies from a page of docs/how-to: files, each after a line with its name, and the lines for a shell.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { here } from './servers.mjs';

const FILE = /^`([\w./-]+)`\n\n```\w+\n(.*?)^```/gms;
const SHELL = /^```sh\n(.*?)^```/gms;

export function page(name) {
  const text = readFileSync(join(here, '..', 'docs', 'how-to', `${name}.md`), 'utf8');
  const files = Object.fromEntries([...text.matchAll(FILE)].map(([, file, content]) => [file, content]));
  const shell = [...text.matchAll(SHELL)].map(([, lines]) => lines);
  return { files, shell };
}
