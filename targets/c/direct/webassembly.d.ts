/**
 * What is used here of the WebAssembly interface, which every JavaScript engine has, and which the type library of Node
 * 20 leaves to that of browsers.
 */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
    static imports(module: Module): { module: string; name: string; kind: string }[];
    static exports(module: Module): { name: string; kind: string }[];
    static customSections(module: Module, name: string): ArrayBuffer[];
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
  }
  class Global {
    value: number;
  }
  class RuntimeError extends Error {}
  type ImportValue = Memory | Global | ((...args: number[]) => unknown);
  type ModuleImports = Record<string, ImportValue>;
  type ExportValue = Memory | Global | ((...args: (number | bigint)[]) => number | bigint | undefined);
  type Exports = Readonly<Record<string, ExportValue>>;
  class Instance {
    constructor(module: Module, imports?: Record<string, ModuleImports>);
    readonly exports: Exports;
  }
}
