#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { forecast } from './forecast.mjs';
import { Gateway } from './lib/gateway.mjs';

const usage = `Usage:
  seal-client.mjs join --node NODE                      an invitation's code on standard input; prints the token
  seal-client.mjs forecast --node NODE --model PUBLISHER/MODEL [--version 1] [--layout series|herd]
                           [--compression none|zlib|zstd] [--poll] WINDOWS.json
                                                        the token on standard input; prints {"predictions": [...]}

NODE is what a node prints when it is ready: "https://host:port sha256:HEX". Codes and tokens are read from standard input, because
command lines are seen by everybody on a machine. WINDOWS.json is {"timePoints", "features", "points", "starts"}: see README.md.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: 'string' }, model: { type: 'string' }, version: { type: 'string', default: '1' }, layout: { type: 'string', default: 'series' },
    compression: { type: 'string', default: 'zstd' }, poll: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
  },
});
const [command, file] = positionals;

if (values.help || !values.node || !['join', 'forecast'].includes(command) || (command === 'forecast' && !(file && values.model))) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}

const gateway = new Gateway(values.node);
try {
  const secret = readFileSync(0, 'utf8').trim();
  if (command === 'join') {
    console.log((await gateway.join(secret)).token);
  } else {
    gateway.token = secret;
    const predictions = await forecast(gateway, {
      model: values.model, version: Number(values.version), layout: values.layout, compression: values.compression, poll: values.poll,
      windows: JSON.parse(readFileSync(file, 'utf8')), report: (line) => console.error(line),
    });
    console.log(JSON.stringify({ predictions }));
  }
} catch (fault) {
  console.error(fault.message);
  process.exitCode = 1;
} finally {
  gateway.close();
}
