// What a reader copies from a page of docs: files, each after a line with its name, and the lines for a shell.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { here } from './servers.mjs';

const FILE = /^`([\w./-]+)`\n\n```\w+\n(.*?)^```/gms;
const SHELL = /^```sh\n(.*?)^```/gms;

const SAID = /^```text\n(.*?)^```/gms;

export function page(name, folder = 'how-to') {
  const text = readFileSync(join(here, '..', 'docs', folder, `${name}.md`), 'utf8');
  const files = Object.fromEntries([...text.matchAll(FILE)].map(([, file, content]) => [file, content]));
  const shell = [...text.matchAll(SHELL)].map(([, lines]) => lines);
  const said = [...text.matchAll(SAID)].map(([, lines]) => lines);
  return { files, shell, said };
}
