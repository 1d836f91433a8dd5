import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { countOf, optionOf } from '../arguments.js';
import type { Command } from '../command.js';
import { ExitStatus, RuntimeError, UsageError } from '../exit.js';
import { complain, print } from '../output.js';
import { distributedFile } from '../package.js';
import { untilSignal } from '../signals.js';
import { createFolderServer } from '../static.js';

const defaultPort = 8420;

export const serve: Command = {
  name: 'serve',
  synopsis: '[--port N] [--host ADDRESS]',
  summary: 'the page: benchmark, explore, learn and check in your own browser',
  options: {
    port: { value: 'N', description: `where it listens; default ${defaultPort}, or any free port where that is taken` },
    host: { value: 'ADDRESS', description: 'default 127.0.0.1: this machine alone; browsers want https for others' },
  },
  async run(given) {
    if (given.positionals.length) throw new UsageError(`expected no arguments, got ${given.positionals.join(' ')}`);
    const folder = distributedFile('page');
    if (!existsSync(folder)) throw new RuntimeError(`${folder} is missing: npm run build`);
    const port = countOf(given, 'port', 65535);
    const host = optionOf(given, 'host') ?? '127.0.0.1';
    const server = createFolderServer(folder, host);
    const listen = (wanted: number) =>
      new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(wanted, host, () => {
          server.off('error', reject);
          resolve();
        });
      });
    try {
      await listen(port ?? defaultPort).catch((error: NodeJS.ErrnoException) => {
        if (port !== undefined || error.code !== 'EADDRINUSE') throw error;
        return listen(0);
      });
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
    const { address, family, port: chosen } = server.address() as AddressInfo;
    print(`http://${family === 'IPv6' ? `[${address}]` : address}:${chosen}/`);
    complain('Ctrl+C ends it.\n');
    await untilSignal();
    server.close();
    server.closeAllConnections();
    return ExitStatus.good;
  },
};
