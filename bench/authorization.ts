import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { exportJWK, generateKeyPair } from 'jose';
import { signHop } from '../packages/identity/src/hop-signature.ts';
import { createPassportIssuer } from '../packages/identity/src/passport.ts';
import { createVerifier } from '../packages/identity/src/verifier.ts';
import { systemClock, systemRandom } from '../packages/runtime/src/system.ts';
import { startReference } from './gateway/engines.ts';
import { createRecorder } from './gateway/recording.ts';
import { type OpenSite, openSite } from './gateway/site.ts';
import { measureSlot, warmUp } from './gateway/slot.ts';
import { ownCpu, say, spread } from './measure.ts';
import { benchOwnersAuthorization } from './owners-authorization.ts';

const timesPerRound = 5_000;
const times = { warmUpMs: 4_000, slotMs: 2_000 };

/** What knowing the caller costs: at the gateway for a query of six questions to owners, and at an owner, with and without its log of reads. */
export async function benchAuthorization({ rounds }: { rounds: number }): Promise<void> {
  const opened = await openSite({ parties: 5, node: process.execPath });
  try {
    await atGateway(opened, rounds);
  } finally {
    await opened.close();
  }
  await benchOwnersAuthorization({ rounds });
}

/** The very steps of the program for one request, on the very bodies it sends; then a request of the program as a whole. */
async function atGateway({ site, bench, issuer }: OpenSite, rounds: number): Promise<void> {
  const query = readFileSync(new URL('gateway/queries/board.graphql', import.meta.url), 'utf8');
  const recorder = await createRecorder(readFileSync(site.supergraphFile, 'utf8'), site.owners);
  const questions = (await recorder.record(query)).waves.flat();
  await recorder.close();
  const verifier = createVerifier([issuer.row], { audience: 'corridor-gateway', clock: systemClock });
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const passports = createPassportIssuer({ gatewayId: 'gw1', key: await exportJWK(privateKey), clock: systemClock, random: systemRandom });
  const secret = randomBytes(32).toString('base64url');
  const hops = questions.map(({ origin, body }) => ({
    owner: origin,
    authority: new URL(origin).host,
    body: Buffer.from(body),
    key: { id: 'gw1>guangxi/1', secret },
  }));
  const gateway = await startReference(site, issuer);
  try {
    const asked = { engine: gateway, body: JSON.stringify({ query }), bytes: 0, asks: questions.length };
    const count = await warmUp(bench, asked, times);
    const authorization = `Bearer ${await issuer.token()}`;
    const identify = async (): Promise<void> => {
      const accepted = await verifier.verify(authorization, undefined);
      for (const { owner, authority, body, key } of hops) {
        const caller = await passports.passportFor(accepted, owner);
        const hop = { method: 'POST', authority, path: '/graphql', query: '', contentType: 'application/json', body, caller };
        signHop({ ...hop, deadlineMs: 800, traceparent }, key, { clock: systemClock, random: systemRandom });
      }
    };
    const each: number[] = [];
    const whole: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const before = ownCpu();
      for (let time = 0; time < timesPerRound; time++) await identify();
      const us = ((ownCpu() - before) * 1_000) / timesPerRound;
      const ms = await measureSlot(bench, asked, count);
      // round 0 warms up and is not counted
      if (round === 0 || ms === undefined) continue;
      each.push(us);
      whole.push(ms * 1_000);
    }
    const shares = each.map((us, at) => (100 * us) / (whole[at] ?? Number.NaN));
    say(
      `gateway, board: token check, ${questions.length} passports and signatures ${spread(each, 1)} us a request of ${spread(whole)} us of CPU`,
    );
    say(`  share ${spread(shares, 1)} % (target 10)`);
  } finally {
    await gateway.stop();
    verifier.close();
  }
}

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
