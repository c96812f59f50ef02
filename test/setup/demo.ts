import type { DemoMessage } from '@corridor/local';
import { expect } from 'vitest';
import { type Corridor, eventually, type Part } from './corridor.ts';

/** Posts a message, patiently: a program that is still busy with its start is asked again, as a source system does. */
export function postPatiently(
  corridor: Corridor,
  ...message: Parameters<Corridor['post']>
): Promise<{ status: number; body: Part } | undefined> {
  return eventually(async () => {
    const answer = await corridor.post(...message).catch(() => undefined);
    return answer?.status === 200 ? answer : undefined;
  }, 20_000);
}

/**
 * Lets messages of the demo be taken in, all of them, and waits until the directory knows. The JSON of one party and format goes as one array, revisions
 * of a record after each other; then come the reports in their order.
 */
export async function takeDemoIn(corridor: Corridor, messages: readonly DemoMessage[]): Promise<void> {
  const arrays = new Map<string, { readonly message: DemoMessage; readonly bodies: string[] }>();
  for (const message of messages.filter(({ query }) => query !== '')) {
    const key = `${message.party} ${message.query}`;
    const array = arrays.get(key);
    if (array === undefined) arrays.set(key, { message, bodies: [message.body] });
    else array.bodies.push(message.body);
  }
  const posts = [
    ...[...arrays.values()].map(({ message, bodies }) => ({ ...message, body: `[${bodies.join(',')}]`, expected: bodies.length })),
    ...messages.filter(({ query }) => query === '').map((message) => ({ ...message, expected: 1 })),
  ];
  for (const { party, client, contentType, query, body, expected } of posts) {
    const format = new URLSearchParams(query).get('format');
    const answer = await postPatiently(corridor, party, client, { contentType, body, ...(format !== null && { format }) });
    // A message whose answer was lost is sent again.
    const outcomes = answer?.body.messages.map(({ outcome }: Part) => (outcome === 'DUPLICATE' ? 'TAKEN' : outcome));
    expect([party, query, outcomes]).toEqual([party, query, Array(expected).fill('TAKEN')]);
  }
  await corridor.caughtUp();
}
