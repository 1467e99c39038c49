import { readFileSync } from 'node:fs';
import Module from 'node:module';

// Imported for what it does: from here on, files are loaded as they are. jsfuzz instruments every file that is loaded after
// it, which takes seconds, makes all of them slower, and tells it next to nothing. Only the code under test, loaded
// before, is worth it.

interface Loadable {
  _compile(code: string, file: string): void;
}

const loaders = Module as unknown as { readonly _extensions: Record<string, unknown> };

// To assign would not do: jsfuzz's hook takes what is assigned for one more loader to put itself in front of.
Object.defineProperty(loaders._extensions, '.js', {
  configurable: true,
  enumerable: true,
  writable: true,
  value: (module: Loadable, file: string) => module._compile(readFileSync(file, 'utf8'), file),
});
