import { type WasmCall, type WasmExports, type WasmModule, wasm } from './web-assembly.ts';

// As much of WASI preview 1 as a command-line program needs that reads and writes files: kept in memory here,
// so that nothing touches the disk, and because node:wasi of Node 20 aborts the process after some instances.

const SUCCESS = 0;
const EBADF = 8;
const ENOENT = 44;
const ROOT_FD = 3;
const CREATE = 1;
const TRUNCATE = 8;
const DIRECTORY = 3;
const CHARACTER_DEVICE = 2;
const REGULAR_FILE = 4;

class MemoryFile {
  #bytes = new Uint8Array(4096);
  length = 0;

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  write(at: number, piece: Uint8Array): void {
    const end = at + piece.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      larger.set(this.bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(piece, at);
    this.length = Math.max(this.length, end);
  }
}

interface OpenFile {
  file: MemoryFile;
  position: number;
  kind: typeof REGULAR_FILE | typeof CHARACTER_DEVICE;
}

class Exit {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

export interface ProgramResult {
  exitCode: number;
  files: Map<string, Uint8Array>;
  stderr: string;
}

/**
 * Runs a WASI command to its end. Files are named by absolute paths and may be read and written.
 * @throws RuntimeError of WebAssembly when the program traps
 */
export function runProgram(
  module: WasmModule,
  args: readonly string[],
  files: ReadonlyMap<string, Uint8Array>,
): ProgramResult {
  const program = new WasiProgram(args, files);
  const { exports } = new wasm.Instance(module, { wasi_snapshot_preview1: program.calls() });
  program.memory = exports.memory;
  return program.result(() => exports._start());
}

class WasiProgram {
  memory: WasmExports['memory'] | undefined;
  readonly #args: Uint8Array[];
  readonly #files = new Map<string, MemoryFile>();
  readonly #open = new Map<number, OpenFile>();

  constructor(args: readonly string[], files: ReadonlyMap<string, Uint8Array>) {
    this.#args = args.map((arg) => new TextEncoder().encode(`${arg}\0`));
    for (const [path, bytes] of files) this.#file(path).write(0, bytes);
    for (const fd of [0, 1, 2])
      this.#open.set(fd, { file: new MemoryFile(), position: 0, kind: CHARACTER_DEVICE });
  }

  result(start: () => void): ProgramResult {
    let exitCode = 0;
    try {
      start();
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      exitCode = error.code;
    }
    const files = new Map([...this.#files].map(([path, file]) => [path, file.bytes]));
    return { exitCode, files, stderr: new TextDecoder().decode(this.#open.get(2)!.file.bytes) };
  }

  calls(): Record<string, WasmCall> {
    return {
      args_sizes_get: (count: number, size: number) => {
        this.#putUint32(count, this.#args.length);
        this.#putUint32(
          size,
          this.#args.reduce((sum, arg) => sum + arg.length, 0),
        );
        return SUCCESS;
      },
      args_get: (pointers: number, bytes: number) => this.#putArguments(pointers, bytes),
      clock_time_get: (_clock: number, _precision: bigint, time: number) => {
        // The same moment in every run: the sound of a text may not depend on the time of day.
        this.#view().setBigUint64(time, 0n, true);
        return SUCCESS;
      },
      fd_prestat_get: (fd: number, out: number) => {
        if (fd !== ROOT_FD) return EBADF;
        this.#putUint32(out, 0);
        this.#putUint32(out + 4, 1);
        return SUCCESS;
      },
      fd_prestat_dir_name: (_fd: number, path: number) => {
        this.#view().setUint8(path, '/'.charCodeAt(0));
        return SUCCESS;
      },
      fd_fdstat_get: (fd: number, out: number) => this.#putDescriptor(fd, out),
      fd_fdstat_set_flags: () => SUCCESS,
      path_open: (
        _dir: number,
        _look: number,
        path: number,
        length: number,
        flags: number,
        ...rest: unknown[]
      ) => this.#openPath(this.#text(path, length), flags, rest.at(-1) as number),
      fd_read: (fd: number, vectors: number, count: number, done: number) =>
        this.#transfer(fd, vectors, count, done, (open, target) => {
          const piece = open.file.bytes.subarray(open.position, open.position + target.length);
          target.set(piece);
          return piece.length;
        }),
      fd_write: (fd: number, vectors: number, count: number, done: number) =>
        this.#transfer(fd, vectors, count, done, (open, source) => {
          open.file.write(open.position, source);
          return source.length;
        }),
      fd_seek: (fd: number, offset: bigint, whence: number, out: number) =>
        this.#seek(fd, Number(offset), whence, out),
      fd_close: (fd: number) => (this.#open.delete(fd) ? SUCCESS : EBADF),
      proc_exit: (code: number) => {
        throw new Exit(code);
      },
    };
  }

  #openPath(name: string, flags: number, out: number): number {
    const path = `/${name.replace(/^\/+/, '')}`;
    if (!this.#files.has(path) && !(flags & CREATE)) return ENOENT;
    const file = this.#file(path);
    if (flags & TRUNCATE) file.length = 0;
    const fd = Math.max(ROOT_FD, ...this.#open.keys()) + 1;
    this.#open.set(fd, { file, position: 0, kind: REGULAR_FILE });
    this.#putUint32(out, fd);
    return SUCCESS;
  }

  #file(path: string): MemoryFile {
    const file = this.#files.get(path) ?? new MemoryFile();
    this.#files.set(path, file);
    return file;
  }

  /** Scatter and gather: `move` handles one buffer and says how many bytes it moved. */
  #transfer(
    fd: number,
    vectors: number,
    count: number,
    done: number,
    move: (open: OpenFile, buffer: Uint8Array) => number,
  ): number {
    const open = this.#open.get(fd);
    if (!open) return EBADF;
    const view = this.#view();
    let total = 0;
    for (let at = vectors; at < vectors + count * 8; at += 8) {
      const buffer = new Uint8Array(view.buffer, view.getUint32(at, true), view.getUint32(at + 4, true));
      const moved = move(open, buffer);
      open.position += moved;
      total += moved;
      if (moved < buffer.length) break;
    }
    this.#putUint32(done, total);
    return SUCCESS;
  }

  #seek(fd: number, offset: number, whence: number, out: number): number {
    const open = this.#open.get(fd);
    if (!open) return EBADF;
    const origin = [0, open.position, open.file.length][whence] ?? 0;
    open.position = Math.max(0, origin + offset);
    this.#view().setBigUint64(out, BigInt(open.position), true);
    return SUCCESS;
  }

  #putArguments(pointers: number, bytes: number): number {
    let at = bytes;
    for (const [i, arg] of this.#args.entries()) {
      this.#putUint32(pointers + i * 4, at);
      new Uint8Array(this.#view().buffer).set(arg, at);
      at += arg.length;
    }
    return SUCCESS;
  }

  #putDescriptor(fd: number, out: number): number {
    const kind = fd === ROOT_FD ? DIRECTORY : this.#open.get(fd)?.kind;
    if (kind === undefined) return EBADF;
    const view = this.#view();
    view.setUint8(out, kind);
    view.setUint16(out + 2, 0, true);
    // All rights, for the file and for what is opened below it.
    view.setBigUint64(out + 8, 0xffff_ffff_ffff_ffffn, true);
    view.setBigUint64(out + 16, 0xffff_ffff_ffff_ffffn, true);
    return SUCCESS;
  }

  /** Made anew each time: the memory's buffer is replaced whenever the program grows it. */
  #view(): DataView {
    if (!this.memory) throw new Error('the program called before it was started');
    return new DataView(this.memory.buffer);
  }

  #putUint32(at: number, value: number): void {
    this.#view().setUint32(at, value, true);
  }

  #text(at: number, length: number): string {
    return new TextDecoder().decode(new Uint8Array(this.#view().buffer, at, length));
  }
}
