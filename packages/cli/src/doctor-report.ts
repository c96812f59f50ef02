import type { Language } from '@corridor/schemas';
import { type Finding, type Level, tell } from './doctor-finding.ts';
import { table } from './table.ts';

const words = {
  en: { ok: 'ok', warning: 'warning', fault: 'FAULT', here: 'the corridor that runs here' },
  zh: { ok: '正常', warning: '注意', fault: '故障', here: '本机运行的通道' },
} as const;

/** The findings as a person reads them: what is wrong first, each with what to do; below it what is in order; a line that sums up. */
export function doctorReport(
  program: string | undefined,
  findings: readonly Finding[],
  o: { readonly language: Language; readonly width: number },
): string {
  const { language } = o;
  const told = findings.map((finding) => tell(finding, language));
  const of = (level: Level): readonly (readonly string[])[] => {
    const same = told.filter((each) => each.level === level);
    // What is to be done about several in a row is said once, below the last.
    return same.flatMap(({ text, act }, index) => [
      [words[language][level], text],
      ...(act === undefined || act === same[index + 1]?.act ? [] : [['', `→ ${act}`]]),
    ]);
  };
  const rows = [...of('fault'), ...of('warning'), ...of('ok')];
  return [`corridor doctor: ${program ?? words[language].here}`, '', ...table(rows, o.width), '', summary(findings, language)].join('\n');
}

/** The findings for a script. */
export function doctorJson(program: string | undefined, findings: readonly Finding[], language: Language): string {
  const told = findings.map((finding) => ({ ...tell(finding, language), ...finding }));
  const count = (level: Level): number => told.filter((each) => each.level === level).length;
  return JSON.stringify({ program: program ?? null, faults: count('fault'), warnings: count('warning'), findings: told }, null, 2);
}

function summary(findings: readonly Finding[], language: Language): string {
  const count = (level: Level): number => findings.filter((finding) => tell(finding, language).level === level).length;
  const [faults, warnings] = [count('fault'), count('warning')];
  if (language === 'zh') return faults + warnings === 0 ? '一切正常。' : `故障 ${faults} 项，注意 ${warnings} 项。`;
  if (faults + warnings === 0) return 'Everything is in order.';
  return `${faults} ${faults === 1 ? 'fault' : 'faults'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.`;
}
