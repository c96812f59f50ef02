import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { request } from 'undici';
import type { Surroundings } from './ask.ts';
import { examineDatabase } from './doctor-database.ts';
import { examineFiles } from './doctor-files.ts';
import { type Finding, found, tell } from './doctor-finding.ts';
import { examineDisk, examineNode, examinePort } from './doctor-machine.ts';
import { examineFeeds, examineIssuers, examineOwners, type Means } from './doctor-network.ts';
import { doctorJson, doctorReport } from './doctor-report.ts';
import type { DoctorCommand } from './doctor-usage.ts';
import { findCorridor } from './running-corridor.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where it runs, with clock, randomness and the version of Node. */
export type DoctorSurroundings = Surroundings & Means & { readonly nodeVersion: string };

/** Examines and prints; gives the exit code: 0 no fault, 1 at least one, 2 nothing there to be examined. */
export async function doctor(command: DoctorCommand, around: DoctorSurroundings): Promise<0 | 1 | 2> {
  const { program, language } = command;
  const findings = program === undefined ? await examineCorridor(around) : await examineProgram(program, command, around);
  if (typeof findings === 'string') {
    around.complain(findings);
    return 2;
  }
  around.print(command.json ? doctorJson(program, findings, language) : doctorReport(program, findings, { language, width: around.width }));
  return findings.some((finding) => tell(finding, language).level === 'fault') ? 1 : 0;
}

async function examineProgram(
  program: string,
  { envFile, language }: DoctorCommand,
  around: DoctorSurroundings,
): Promise<Finding[] | string> {
  let env: Env = around.env;
  if (envFile !== undefined) {
    try {
      // Nothing of this shell: the program will not see it either.
      env = parseEnv(readFileSync(envFile, 'utf8')) as Env;
    } catch {
      return language === 'zh' ? `无法读取 ${envFile}` : `${envFile} cannot be read`;
    }
  }
  const isGateway = program === 'gateway';
  const [ports, disk, database, issuers, others] = await Promise.all([
    examinePorts(program, env),
    examineDisk(isGateway ? (env['RELEASES_DIR'] ?? '.data') : (env['DATA_DIR'] ?? '.data')),
    isGateway ? [] : examineDatabase(program, env),
    examineIssuers(env, around),
    isGateway ? examineOwners(env, around) : program === 'directory' ? examineFeeds(env, around) : [],
  ]);
  return [examineNode(around.nodeVersion), ...disk, ...ports, ...examineFiles(program, env), ...database, ...issuers, ...others];
}

const defaultPorts: Readonly<Record<string, string>> = { gateway: '4000', directory: '4006' };
const adminOffset = 100;

async function examinePorts(program: string, env: Env): Promise<Finding[]> {
  const text = env['PORT'] ?? defaultPorts[program];
  if (text === undefined || text === '') return [found('VARIABLE_MISSING', 'PORT')];
  const port = portIn(text);
  if (port === undefined) return [found('VARIABLE_WRONG', 'PORT', '0 … 65535')];
  const admin = portIn(env['ADMIN_PORT'] ?? String(port === 0 ? 0 : port + adminOffset));
  if (admin === undefined) return [found('VARIABLE_WRONG', 'ADMIN_PORT', '0 … 65535')];
  return [
    ...(await examinePort(program, env['HOST'] ?? '127.0.0.1', port, 'PORT')),
    ...(await examinePort(program, env['ADMIN_HOST'] ?? '127.0.0.1', admin, 'ADMIN_PORT')),
  ];
}

function portIn(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : undefined;
}

const nothingRuns =
  'No corridor runs here: npm start, or name a program (corridor doctor --help)\n此处没有运行中的通道：请先执行 npm start，或指定程序名称';

/** The corridor that `npm start` runs: each of its programs, and why one is not ready. */
async function examineCorridor(around: DoctorSurroundings): Promise<Finding[] | string> {
  const corridor = findCorridor(around.folder, around.env['CORRIDOR_DATA']);
  if (corridor === undefined) return nothingRuns;
  const programs = await Promise.all(Object.entries(corridor.programs).map(([name, url]) => examineRunning(name, url)));
  if (programs.every(({ code }) => code === 'PROGRAM_AWAY')) return nothingRuns;
  return [examineNode(around.nodeVersion), ...(await examineDisk(corridor.folder)), ...programs];
}

async function examineRunning(name: string, url: string): Promise<Finding> {
  const patience = { headersTimeout: 5_000, bodyTimeout: 5_000, reset: true } as const;
  try {
    const { statusCode, body } = await request(`${url}/readyz`, patience);
    await body.dump();
    if (statusCode === 200) return found('PROGRAM_READY', name);
  } catch {
    return found('PROGRAM_AWAY', name, url);
  }
  // The reasons are for operators: they stand at the admin listener.
  const admin = new URL(url);
  admin.port = String(Number(admin.port) + adminOffset);
  try {
    const { body } = await request(new URL('/healthz', admin), patience);
    const { status, checks } = (await body.json()) as { status: string; checks: { name: string; ok: boolean; detail?: string }[] };
    const faults = checks
      .filter(({ ok }) => !ok)
      .map((check) => (check.detail === undefined ? check.name : `${check.name}: ${check.detail}`));
    return found('PROGRAM_NOT_READY', name, faults.length === 0 ? status : faults.join('; '));
  } catch {
    return found('PROGRAM_NOT_READY', name, `${admin.origin}/healthz does not answer`);
  }
}
