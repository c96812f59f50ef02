import { readInterchange } from '../packages/edifact/src/envelope.ts';
import { bytes, codeco, interchange, terminal } from '../packages/edifact/src/made-messages.ts';
import { mapMessage } from '../packages/edifact/src/messages/map-message.ts';
import { ownCpu, say, spread } from './measure.ts';

const messagesPerInterchange = 1_000;
const msPerSlot = 1_500;

/** CODECO messages per second of CPU time, and what hostile input of 8 MiB costs. */
export function benchEdifact({ rounds }: { rounds: number }): void {
  const messages = Array.from({ length: messagesPerInterchange }, (_, at) => codeco({ reference: String(at) }));
  const candidates: readonly (readonly [string, Uint8Array, string | undefined])[] = [
    ['CODECO, UNOA', bytes(interchange(messages)), undefined],
    ['CODECO, UNOY with Chinese', withNames('UNOY:4', Buffer.from('钦州示例货代', 'utf8')), undefined],
    ['CODECO, GB 18030', withNames('UNOX:3', Buffer.from([0xc7, 0xd5, 0xd6, 0xdd, 0xb8, 0xdb, 0xca, 0xbe])), 'GB18030'],
  ];
  const perSecond = candidates.map((): number[] => []);
  // round 0 warms up and is not counted
  for (let round = 0; round <= rounds; round++) {
    for (const [at, [, input, charset]] of candidates.entries()) {
      const rate = messagesPerSecond(input, charset);
      if (round > 0) perSecond[at]?.push(rate);
    }
  }
  for (const [at, [name, input]] of candidates.entries())
    say(
      `${name}, ${Math.round(input.length / messagesPerInterchange)} bytes each: ${spread(perSecond[at] ?? [])} messages/s of CPU, read and mapped (target 15,000)`,
    );

  for (const [name, one] of [
    ['headers without message', "UNH+1+X'"],
    ['messages with wrong counts', "UNH+1+CODECO:D:95B:UN'BGM+34+1+9'UNT+9+2'"],
    ['interchanges of nothing', "UNZ'"],
  ] as const) {
    const input = bytes(one.repeat(Math.floor((8 * 1024 * 1024) / one.length)));
    const costs = Array.from({ length: rounds }, () => {
      const before = ownCpu();
      readInterchange(input);
      return ownCpu() - before;
    });
    say(`8 MiB of ${name}: ${spread(costs)} ms of CPU`);
  }
}

function withNames(syntax: string, name: Uint8Array): Uint8Array {
  const text = Buffer.from(name).toString('latin1');
  const one = (at: number): string => codeco({ reference: String(at), header: [`NAD+CF+LSL:160:20`, `NAD+FW+LZFWD:160:ZZZ+${text}`] });
  return bytes(
    interchange(
      Array.from({ length: messagesPerInterchange }, (_, at) => one(at)),
      syntax,
    ),
  );
}

function messagesPerSecond(input: Uint8Array, charset: string | undefined): number {
  let read = 0;
  const before = ownCpu();
  let spent = 0;
  while (spent < msPerSlot) {
    for (const message of readInterchange(input, charset === undefined ? {} : { charset }).messages) {
      if (mapMessage(message, terminal).facts.length === 1) read++;
    }
    spent = ownCpu() - before;
  }
  return (read / spent) * 1000;
}
