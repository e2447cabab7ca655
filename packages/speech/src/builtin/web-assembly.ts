// The part of the WebAssembly JavaScript interface (W3C) that is used here; Node's own types for it are empty.

export type WasmModule = object;

export interface WasmExports {
  memory: { readonly buffer: ArrayBuffer };
  _start(): void;
}

export type WasmCall = (...args: never[]) => number;

interface WasmApi {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  Instance: new (
    module: WasmModule,
    imports: Record<string, Record<string, WasmCall>>,
  ) => { exports: WasmExports };
}

export const wasm = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;
