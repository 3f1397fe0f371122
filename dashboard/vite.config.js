import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';

/** What is shown in words, by the dashboard and by `forebay top`. */
const words = '../forebay-gateway/src/main/resources/dev/forebay/gateway/live/words.json';

/** OUTPUT names another folder, to compare with what is committed. */
const output = process.env.OUTPUT ?? '../forebay-gateway/src/main/resources/dev/forebay/gateway/dashboard';

/** What the page is made from. The build records its hash, so that a test can tell without npm whether the two fit. */
function sources() {
  const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.js'];
  for (const folder of ['public', 'src']) {
    for (const file of readdirSync(folder)) files.push(`${folder}/${file}`);
  }
  return [...files.sort(), words];
}

const recordSources = {
  name: 'record-sources',
  closeBundle() {
    const hash = createHash('sha256');
    for (const file of sources()) hash.update(`${file}\n`).update(readFileSync(file)).update('\n');
    writeFileSync(join(output, 'sources.sha256'), `${hash.digest('hex')}\n`);
  },
};

export default defineConfig({
  plugins: [recordSources],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: output,
    emptyOutDir: true,
    target: 'es2022',
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: {
      input: 'src/main.tsx',
      output: {
        entryFileNames: 'app.js',
        assetFileNames: 'app.[ext]',
        codeSplitting: false,
      },
    },
  },
});
