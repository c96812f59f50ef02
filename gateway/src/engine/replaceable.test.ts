import { ApolloServer } from '@apollo/server';
import type { GatewayExecutor } from '@apollo/server-gateway-interface';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { createReplaceableEngine, type LoadedRelease } from './replaceable.ts';

const field = 'field';
/** A release that answers its name, once it is let. */
function aRelease(name: string, letGo: Promise<void> = Promise.resolve()): LoadedRelease & { readonly asked: string[] } {
  const asked: string[] = [];
  const executor: GatewayExecutor = async ({ source }) => {
    asked.push(source);
    await letGo;
    return { data: { [field]: name } };
  };
  return { apiSchema: buildSchema(`type Query { ${field}: String ${name}: String }`), coreSupergraphSdl: name, executor, asked };
}
async function serverOf(first: LoadedRelease) {
  const engine = createReplaceableEngine(first);
  const server = new ApolloServer({ gateway: engine.gateway, stopOnTerminationSignals: false });
  await server.start();
  const ask = async (query: string): Promise<unknown> => {
    const { body } = await server.executeOperation({ query });
    return body.kind === 'single' ? (body.singleResult.data?.[field] ?? body.singleResult.errors?.[0]?.extensions?.['code']) : body.kind;
  };
  return { engine, server, ask };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('an operation that is under way finishes on the release it began on; the next begins on the new one, with its schema', async () => {
  let letGo: () => void = () => undefined;
  const one = aRelease('one', new Promise((resolve) => (letGo = resolve)));
  const { engine, server, ask } = await serverOf(one);
  const before = ask('{ field one }');
  await turn();
  engine.replace(aRelease('two'));
  expect([await ask('{ field two }'), await ask('{ field one }')]).toEqual(['two', 'GRAPHQL_VALIDATION_FAILED']);
  letGo();
  expect(await before).toBe('one');
  expect([one.asked, engine.serving().coreSupergraphSdl]).toEqual([['{ field one }'], 'two']);
  await server.stop();
});

test('quiet comes when what is under way has ended; what comes meanwhile waits, and is answered by the release it was validated by', async () => {
  let letGo: () => void = () => undefined;
  const one = aRelease('one', new Promise((resolve) => (letGo = resolve)));
  const { engine, server, ask } = await serverOf(one);
  const happened: string[] = [];
  const first = ask('{ field }').then(() => happened.push('the first is answered'));
  await turn();
  const quiet = engine.quietly(async () => {
    happened.push('it is quiet');
    engine.replace(aRelease('two'));
  });
  const second = ask('{ field one }').then((answer) => happened.push(`the second is answered by ${String(answer)}`));
  await turn();
  expect([happened, one.asked.length]).toEqual([[], 1]);
  letGo();
  await Promise.all([first, quiet, second]);
  expect(happened).toEqual(['the first is answered', 'it is quiet', 'the second is answered by one']);
  await server.stop();
});

test('work that says when its heavy part is over lets operations in before it ends', async () => {
  const { engine, server, ask } = await serverOf(aRelease('one'));
  let end: () => void = () => undefined;
  const quiet = engine.quietly(async (over) => {
    over();
    await new Promise<void>((resolve) => (end = resolve));
    return 'planned';
  });
  expect(await ask('{ field }')).toBe('one');
  end();
  expect(await quiet).toBe('planned');
  await server.stop();
});

test('work that fails ends the quiet all the same', async () => {
  const { engine, server, ask } = await serverOf(aRelease('one'));
  await expect(engine.quietly(() => Promise.reject(new Error('not a schema')))).rejects.toThrow('not a schema');
  expect(await ask('{ field }')).toBe('one');
  await server.stop();
});
