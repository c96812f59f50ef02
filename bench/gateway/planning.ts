import { fileURLToPath } from 'node:url';
import { say } from '../measure.ts';
import { spreadOf, told } from '../rounds.ts';
import { startChild } from './child.ts';
import type { Site } from './engine.ts';
import type { Planned } from './plan.ts';

const times = 5;

/** Plans each query in processes of their own, and says what the first plan and later ones cost. */
export async function planningCost(site: Site, queries: readonly string[]): Promise<void> {
  say('\nplanning     cold ms min med max    again ms min med max   plans weighed');
  for (const name of queries) {
    const query = fileURLToPath(new URL(`queries/${name}.graphql`, import.meta.url));
    const planned: Planned[] = [];
    for (let time = 0; time < times; time++) {
      const child = await startChild<Planned>('plan.ts', [site.supergraphFile, query], site.node);
      planned.push(child.ready);
      await child.stop();
    }
    const cold = told(spreadOf(planned.map(({ coldMs }) => coldMs)), 1);
    const warm = told(spreadOf(planned.map(({ warmMs }) => warmMs)), 1);
    say(`${name.padEnd(12)} ${cold.padEnd(22)} ${warm.padEnd(22)} ${[...new Set(planned.map((each) => each.evaluatedPlanCount))].join()}`);
  }
}
