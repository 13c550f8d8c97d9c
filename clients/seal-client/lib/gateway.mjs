import https from 'node:https';
import tls from 'node:tls';
import { createHash } from 'node:crypto';

const PIECE_BYTES = 8 << 20;
const ATTEMPTS = 5;
const BUSY_MILLISECONDS = 2000; // The node's Retry-After.

/** What the gateway answered instead of doing it. `problem` is its application/problem+json. */
export class RefusedError extends Error {
  constructor(problem) {
    super(`${problem.title}: ${problem.detail}${problem.found ? ` Found ${problem.found}, expected ${problem.expected}.` : ''}`);
    this.problem = problem;
  }
}

/**
 * Opens TLS connections to one certificate and no other. A node makes its own certificate, so no authority vouches for it: what
 * is compared is the SHA-256 that the node's operator handed over, before a byte of the request is sent.
 */
export class PinnedAgent extends https.Agent {
  #sha256;

  constructor(sha256) {
    super({ keepAlive: true, maxSockets: 2 });
    this.#sha256 = sha256.toLowerCase();
  }

  createConnection(options, connected) {
    const socket = tls.connect({ ...options, rejectUnauthorized: false, checkServerIdentity: () => undefined });
    socket.once('error', connected);
    socket.once('secureConnect', () => {
      socket.off('error', connected);
      const found = createHash('sha256').update(socket.getPeerCertificate().raw).digest('hex');
      if (found === this.#sha256) return connected(null, socket);
      socket.destroy();
      connected(new Error(`The node's certificate is not the pinned one: found sha256 ${found}, expected ${this.#sha256}. Somebody else may be answering.`));
    });
  }
}

/** The gateway's routes (docs/http-api.md), as one data owner. */
export class Gateway {
  /** @param {string} node What a node prints when it is ready: `https://host:port sha256:HEX`. @param {string} [token] The owner's. */
  constructor(node, token) {
    const match = /(https:\/\/\S+)\s+sha256:([0-9a-fA-F]{64})/.exec(node);
    if (!match) throw new Error("A node is written 'https://host:port sha256:HEX', as it says itself when it is ready.");
    this.url = new URL(match[1]);
    this.agent = new PinnedAgent(match[2]);
    this.token = token;
  }

  /** Joins with an invitation's code; from then on requests carry the owner's token. */
  async join(code) {
    const joined = await this.#json('POST', '/v1/join', { code });
    this.token = joined.token;
    return joined;
  }

  /** Who the token belongs to, what it has, and the number of its last event. */
  me() { return this.#json('GET', '/v1/me'); }

  plan(model, version, layout) { return this.#json('GET', `/v1/models/${model}/versions/${version}/plan?layout=${layout}`); }

  declareKeySet(id, declaration) { return this.#json('PUT', `/v1/key-sets/${id}`, declaration); }

  /** Sends a key object from where the node has it, in pieces: after a break this goes on and does not begin again. */
  async uploadKey(keySet, kind, bytes) {
    const known = await this.#json('GET', `/v1/key-sets/${keySet}`);
    let offset = known.objects.find((object) => object.kind === kind).received;
    while (offset < bytes.length) {
      const piece = bytes.subarray(offset, offset + PIECE_BYTES);
      offset = (await this.#bytes('PUT', `/v1/key-sets/${keySet}/objects/${kind}?offset=${offset}`, piece)).received;
    }
  }

  declareDataset(id, declaration) { return this.#json('PUT', `/v1/datasets/${id}`, declaration); }

  uploadChunk(dataset, index, bytes) { return this.#bytes('PUT', `/v1/datasets/${dataset}/chunks/${index}`, bytes); }

  startInference(id, request) { return this.#json('PUT', `/v1/inferences/${id}`, request); }

  events(after) { return this.#json('GET', `/v1/events?after=${after}`); }

  close() { this.agent.destroy(); }

  #json(method, path, body) {
    return this.#send(method, path, 'application/json', body === undefined ? undefined : Buffer.from(JSON.stringify(body)));
  }

  #bytes(method, path, body) { return this.#send(method, path, 'application/octet-stream', body); }

  /** Sends again what a busy node put off. A PUT may be repeated: the same again changes nothing. */
  async #send(method, path, type, body) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#sendOnce(method, path, type, body);
      } catch (fault) {
        if (fault.problem?.status !== 503 || method === 'POST' || attempt === ATTEMPTS) throw fault;
        await new Promise((resolve) => setTimeout(resolve, BUSY_MILLISECONDS));
      }
    }
  }

  #sendOnce(method, path, type, body) {
    return new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { 'content-type': type, 'content-length': body.length };
      if (this.token) headers.authorization = `Bearer ${this.token}`;
      const request = https.request(new URL(path, this.url), { method, headers, agent: this.agent }, async (response) => {
        try {
          const parts = [];
          for await (const part of response) parts.push(part);
          const answer = parts.length === 0 ? null : JSON.parse(Buffer.concat(parts).toString('utf8'));
          if (response.statusCode < 300) resolve(answer);
          else reject(new RefusedError(answer ?? { status: response.statusCode, title: 'Refused', detail: `HTTP status ${response.statusCode}.` }));
        } catch (fault) {
          reject(fault);
        }
      });
      request.on('error', reject);
      request.end(body);
    });
  }
}
