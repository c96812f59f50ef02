import { createMetrics } from '@corridor/runtime';
import { expect, test } from 'vitest';
import { ownerObserver } from './observe-owner.ts';

const lines = (text: string, name: string): string[] =>
  text.split('\n').filter((line) => line.startsWith(`corridor_${name}`) && !line.includes('bucket'));

test('an owner’s outcomes are told apart: answered, late, not asked; a caller who left says nothing of it', async () => {
  const metrics = createMetrics();
  const observer = ownerObserver(metrics, ['guangxi']);
  observer.onOutcome?.('guangxi', 'ANSWERED', 120);
  observer.onOutcome?.('guangxi', 'OWNER_TIMEOUT', 800);
  observer.onOutcome?.('guangxi', 'BREAKER_OPEN', 0);
  observer.onOutcome?.('guangxi', 'CALLER_LEFT', 50);
  const text = await metrics.text();
  expect(lines(text, 'owner_errors_total')).toEqual([
    'corridor_owner_errors_total{owner="guangxi",code="OWNER_TIMEOUT"} 1',
    'corridor_owner_errors_total{owner="guangxi",code="OWNER_UNREACHABLE"} 0',
    'corridor_owner_errors_total{owner="guangxi",code="BREAKER_OPEN"} 1',
  ]);
  expect(lines(text, 'owner_seconds')).toEqual([
    'corridor_owner_seconds_sum{owner="guangxi"} 0.92',
    'corridor_owner_seconds_count{owner="guangxi"} 2',
  ]);
});

test('a breaker’s state is a figure, closed until it is told otherwise', async () => {
  const metrics = createMetrics();
  const observer = ownerObserver(metrics, ['guangxi', 'guizhou']);
  observer.onState?.('guizhou', 'open');
  expect(lines(await metrics.text(), 'breaker_state')).toEqual([
    'corridor_breaker_state{owner="guangxi"} 0',
    'corridor_breaker_state{owner="guizhou"} 2',
  ]);
});
