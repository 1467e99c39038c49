/** What refuzz uses of the compiler package: its own types are not there where it was left out of the installation. */
declare module '@yowasp/clang' {
  export type Tree = { [name: string]: Tree | string | Uint8Array };
  export interface RunOptions {
    stdout?: (bytes: Uint8Array | null) => void;
    stderr?: (bytes: Uint8Array | null) => void;
    decodeASCII?: boolean;
    fetchProgress?: () => void;
  }
  export class Exit extends Error {
    code: number;
    files: Tree;
  }
  type Command = (
    args?: string[],
    files?: Tree,
    options?: RunOptions,
  ) => Promise<Tree | undefined> | Tree | undefined;
  export const commands: { readonly clang: Command; readonly 'wasm-ld': Command };
  export const runLLVM: Command;
}
