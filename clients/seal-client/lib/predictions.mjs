import { HubConnectionBuilder, HttpTransportType, LogLevel } from '@microsoft/signalr';
import WebSocket from 'ws';

/**
 * Predictions as the node pushes them, over SignalR; the connection is pinned like every other. After a break it goes on where it was:
 * events are numbered, and the node sends again what is above the number asked for.
 */
export async function* listen(gateway, after) {
  class PinnedWebSocket extends WebSocket {
    constructor(url, protocols, options) {
      super(url, protocols, { ...options, agent: gateway.agent, headers: { authorization: `Bearer ${gateway.token}` } });
    }
  }
  const connection = new HubConnectionBuilder()
    .withUrl(new URL('/hubs/predictions', gateway.url).href, {
      transport: HttpTransportType.WebSockets, skipNegotiation: true, WebSocket: PinnedWebSocket,
    })
    .withAutomaticReconnect()
    .configureLogging(LogLevel.None)
    .build();
  let last = after;
  const heard = [];
  let wake;
  let end;
  connection.on('Prediction', (message) => {
    if (message.sequence <= last) return;
    last = message.sequence;
    heard.push(message);
    wake?.();
  });
  connection.onreconnected(() => connection.send('Listen', last));
  connection.onclose((fault) => { end = fault ?? new Error('The node ended the connection.'); wake?.(); });
  await connection.start();
  try {
    await connection.send('Listen', after);
    while (true) {
      while (heard.length > 0) yield heard.shift();
      if (end) throw end;
      await new Promise((resolve) => { wake = resolve; });
    }
  } finally {
    await connection.stop();
  }
}

/** The same, asked for again and again: for where no WebSocket gets through. */
export async function* poll(gateway, after, everyMilliseconds = 500) {
  for (let last = after; ;) {
    const page = await gateway.events(last);
    for (const message of page.events) {
      last = message.sequence;
      yield message;
    }
    if (!page.more) await new Promise((resolve) => setTimeout(resolve, everyMilliseconds));
  }
}
