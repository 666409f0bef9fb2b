import type { Server } from 'node:http';
import type { Received, Said } from './received.ts';

/**
 * Lets a server answer methods that Node's parser does not know, such as `post`, which Apache hands on as they are. Of one
 * packet, as they were recorded; the connection ends behind the answer.
 */
export function acceptOddMethods(server: Server, reply: (received: Received) => Said): void {
  server.on('clientError', (error: Error & { code?: string; rawPacket?: Buffer }, socket) => {
    const packet = error.rawPacket?.toString('latin1') ?? '';
    const [head = '', ...rest] = packet.split('\r\n\r\n');
    const [line = '', ...fields] = head.split('\r\n');
    const [, method, path] = /^([A-Za-z]+) (\S+) HTTP\/1\.[01]$/.exec(line) ?? [];
    if (error.code !== 'HPE_INVALID_METHOD' || method === undefined || path === undefined) {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      return;
    }
    const headers = fields.map((field) => {
      const mark = field.indexOf(':');
      return [field.slice(0, mark), field.slice(mark + 1).trim()] as const;
    });
    const said = reply({ method, path, headers, body: Buffer.from(rest.join('\r\n\r\n'), 'latin1') });
    const lines = Object.entries(said.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
    const body = String(said.body ?? '');
    socket.end(`HTTP/1.1 ${said.status} Answered\r\n${lines.join('')}Connection: close\r\n\r\n${body}`);
  });
}
