/**
 * Which reports tell of one physical event. A terminal's gate report and a carrier's status are about the same lift of the same barrier: both are kept, and
 * the event is shown and counted once, as the leading report tells it.
 *
 * Two reports are of one event when both say that it happened and neither is taken back, they are about the same box and of the same type, at the same
 * terminal (at the same place, where one of them names no terminal), at most `spanMs` apart, and from different senders or in different types of message:
 * what one sender says twice in the same way are two events. What undoes the event in between makes two of them: out at a gate and in again, discharged
 * and loaded again.
 *
 * Leading is the report of whoever runs the place, then one that names the terminal, then the one its sender prepared first. Everything is read from the
 * reports themselves, so neither the order of arrival nor a random id decides.
 */
import { partsOfSourceKey, sortablePreparation } from './source-key.ts';

/** A report as it is compared with others of the same box. */
export type Report = {
  readonly id: string;
  readonly sourceKey: string;
  readonly line: number;
  readonly sender: string;
  /** `CODECO`, `IFTSTA`: as the message was noted. */
  readonly messageType: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly equipmentEventTypeCode: string;
  readonly eventClassifierCode: 'PLN' | 'EST' | 'ACT';
  readonly retracted: boolean;
  /** The terminal, by the owner's id or else by its code in a list; null where the report names none. */
  readonly terminal: string | null;
  readonly UNLocationCode: string | null;
  /** Whether the sender answers to the controller of that terminal. */
  readonly isOperators: boolean;
};

/** How far apart the times of two reports of one event may lie. Start value: a carrier's status follows the gate by hours, not by days. */
const spanMs = 6 * 3_600_000;

const undoneBy: ReadonlyMap<string, string> = new Map([
  ['GTIN', 'GTOT'],
  ['GTOT', 'GTIN'],
  ['LOAD', 'DISC'],
  ['DISC', 'LOAD'],
  ['STUF', 'STRP'],
  ['STRP', 'STUF'],
  ['PICK', 'DROP'],
  ['DROP', 'PICK'],
]);

/** For each report of a box that another one leads: the id of that one. Reports in any order. */
export function leadersOf(reports: readonly Report[]): ReadonlyMap<string, string> {
  const leaders = new Map<string, string>();
  if (reports.length < 2) return leaders;
  for (const group of groupsOf(reports)) {
    const [leading, ...others] = [...group].sort(byRank);
    if (leading !== undefined) for (const { id } of others) leaders.set(id, leading.id);
  }
  return leaders;
}

function groupsOf(reports: readonly Report[]): Report[][] {
  const groups: Report[][] = [];
  const open = new Map<string, Report[][]>();
  const facts = reports.filter(({ eventClassifierCode, retracted }) => eventClassifierCode === 'ACT' && !retracted);
  for (const report of facts.sort(byTime)) {
    const type = report.equipmentEventTypeCode;
    open.delete(undoneBy.get(type) ?? '');
    const ofType = open.get(type) ?? [];
    open.set(type, ofType);
    // A group at the very terminal before one that only names the place.
    const fitting = ofType.filter((group) => group.every((other) => isSame(report, other)));
    const group = fitting.find((each) => each.some(({ terminal }) => terminal === report.terminal)) ?? fitting[0];
    if (group !== undefined) group.push(report);
    else {
      const alone = [report];
      ofType.push(alone);
      groups.push(alone);
    }
  }
  return groups;
}

/** Whether two reports of one type and box, with nothing that undoes it in between, are of one event. */
function isSame(report: Report, other: Report): boolean {
  if (Math.abs(report.at - other.at) > spanMs) return false;
  if (report.sender === other.sender && report.messageType === other.messageType) return false;
  return report.terminal !== null && other.terminal !== null
    ? report.terminal === other.terminal
    : report.UNLocationCode !== null && report.UNLocationCode === other.UNLocationCode;
}

function byTime(one: Report, other: Report): number {
  return one.at - other.at || compare(one.equipmentEventTypeCode, other.equipmentEventTypeCode) || byKey(one, other);
}

function byRank(one: Report, other: Report): number {
  return (
    Number(other.isOperators) - Number(one.isOperators) ||
    Number(one.terminal === null) - Number(other.terminal === null) ||
    compare(preparationOf(one), preparationOf(other)) ||
    byKey(one, other)
  );
}

// A message that does not say when it was made comes behind those that do.
function preparationOf({ sourceKey }: Report): string {
  const { preparedAt } = partsOfSourceKey(sourceKey);
  return preparedAt === '' ? '~' : sortablePreparation(preparedAt);
}

function byKey(one: Report, other: Report): number {
  return compare(one.sourceKey, other.sourceKey) || one.line - other.line;
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
