import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** Path from the root, with `/`. */
  path: string;
  /** `packages/sip`, `services/b2bua`, `web`. */
  folder: string;
  text: string;
  /** Module specifiers of every import, static or not, types included. */
  imports: string[];
}

const IMPORT = /(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)['"]([^'"\n]+)['"]/g;

/** Every TypeScript source under `src/` of the workspaces: what runs, not its tests. */
export function sources(): SourceFile[] {
  const workspaces = ['packages', 'services'].flatMap((parent) =>
    readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`),
  );
  const withSources = [...workspaces, 'web'].filter((folder) => existsSync(join(ROOT, folder, 'src')));
  return withSources.flatMap((folder) =>
    filesUnder(join(ROOT, folder, 'src'))
      .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
      .map((file) => {
        const text = readFileSync(file, 'utf8');
        const imports = [...text.matchAll(IMPORT)].map((match) => match[1] ?? '');
        return { path: relative(ROOT, file), folder, text, imports };
      }),
  );
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(directory, entry.name)) : [join(directory, entry.name)],
  );
}
