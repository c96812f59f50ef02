/** An owner's database, as the program will meet it. */
import { CorridorError } from '@corridor/schemas';
import { type DatabaseReport, examineDatabase as look } from '@corridor/store';
import { type Finding, found } from './doctor-finding.ts';

/** Looks at the database of a party or the directory, or says where the embedded one lies. The gateway has none. */
export async function examineDatabase(program: string, env: Readonly<Record<string, string | undefined>>): Promise<Finding[]> {
  const production = env['NODE_ENV'] === 'production';
  const own = `DATABASE_URL_${program.toUpperCase()}`;
  const variable = env[own] !== undefined || program === 'directory' ? own : 'DATABASE_URL';
  const url = env[variable];
  if (url === undefined || url === '')
    return [found(production ? 'DATABASE_EMBEDDED_IN_PRODUCTION' : 'DATABASE_EMBEDDED', env['DATA_DIR'] ?? '.data')];
  if (!URL.canParse(url)) return [found('VARIABLE_WRONG', variable, 'postgres://role@host:port/database')];
  const exposed = new URL(url).password === '' ? [] : [found('SECRET_IN_ENVIRONMENT', variable)];
  try {
    const model = program === 'directory' ? 'directory' : 'party';
    const report = await look({ model, databaseUrl: url, databasePasswordFile: env['DATABASE_PASSWORD_FILE'] });
    return [...exposed, ...findingsOf(report, program, production)];
  } catch (error) {
    if (!(error instanceof CorridorError)) throw error;
    return [...exposed, found('DATABASE_UNREACHABLE', error.detail ?? error.code)];
  }
}

/** What a report means for a program. */
export function findingsOf(report: DatabaseReport, program: string, production: boolean): Finding[] {
  const version = `${Math.floor(report.versionNumber / 10_000)}.${report.versionNumber % 10_000}`;
  if (report.versionNumber < 150_000) return [found('DATABASE_TOO_OLD', version)];
  if (report.owner !== null && report.owner !== program) return [found('DATABASE_OF_ANOTHER_OWNER', report.owner, program)];
  const { migrations, role } = report;
  const strong = production ? 'ROLE_TOO_STRONG_IN_PRODUCTION' : 'ROLE_TOO_STRONG';
  return [
    found('DATABASE_ANSWERS', version, role),
    'refused' in migrations
      ? found('MIGRATIONS_REFUSED', migrations.refused)
      : migrations.pending.length === 0
        ? found('MIGRATIONS_DONE')
        : found(
            report.mayMigrate ? 'MIGRATIONS_AT_START' : 'MIGRATIONS_PENDING',
            String(migrations.pending.length),
            migrations.pending[0] ?? '',
          ),
    found(report.tooStrong ? strong : 'ROLE_FITS', role),
  ];
}
