// Adds up the reports that the test runs left behind and prints one closing line: "N passed, N failed, N skipped".
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../.vitest-reports/', import.meta.url);
const sum = { passed: 0, failed: 0, skipped: 0 };
for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
  sum.passed += report.numPassedTests;
  sum.failed += report.numFailedTests;
  sum.skipped += report.numPendingTests + report.numTodoTests;
}
process.stdout.write(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`);
if (sum.failed > 0 || sum.passed === 0) process.exitCode = 1;
