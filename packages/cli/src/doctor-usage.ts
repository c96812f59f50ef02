import { parseArgs } from 'node:util';
import { type Language, parties } from '@corridor/schemas';

/** What `corridor doctor` is asked. */
export type DoctorCommand = {
  readonly is: 'doctor';
  /** Program whose environment is examined; absent: the corridor that runs here. */
  readonly program: string | undefined;
  readonly envFile: string | undefined;
  readonly json: boolean;
  readonly language: Language;
};

/** Programs whose configuration it knows. */
const examined: readonly string[] = ['gateway', ...parties.map(({ code }) => code), 'directory'];

/** Reads the arguments behind `doctor`. The language is that of `--language`, else of LC_ALL, LC_MESSAGES or LANG, else English. */
export function readDoctorCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): DoctorCommand | { readonly is: 'help' } | { readonly is: 'wrong'; readonly because: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        'env-file': { type: 'string' },
        language: { type: 'string', default: languageOfEnvironment(env) },
      },
    });
    if (values.help) return { is: 'help' };
    const [program, ...more] = positionals;
    const { language, json, 'env-file': envFile } = values;
    if (more.length > 0) return wrong(`too many arguments: ${more.join(' ')}`);
    if (program !== undefined && !examined.includes(program)) return wrong(`there is no program ${program}: ${examined.join(' ')}`);
    if (program === undefined && envFile !== undefined) return wrong('--env-file belongs to a program: name it');
    if (language !== 'zh' && language !== 'en') return wrong(`--language is zh or en, not ${language}`);
    return { is: 'doctor', program, envFile, json, language };
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

/** All there is to know about the command. */
export const doctorHelp = `corridor doctor [program] [flags]

Says in plain words what is wrong with a program's configuration and with what it needs around it, and what to do. It changes
nothing, starts nothing, and prints no secret. 用通俗的语言说明程序配置及其周边有什么问题、该怎么办；不作任何更改。

  program            one of ${examined.join(' ')}: its environment is examined
                     (the variables of this shell, or of --env-file)
  none               the corridor that npm start runs here: is each program ready, and if not, why

It looks at
  this machine       Node, disk, ports, clock against issuers and owners
  files              there, readable, secrets closed to others, keys that belong together, certificate, signed release
  database           reachable, version, whose, migrations, rights of the role
  others             key sets of issuers; owners: reachable, and whether they accept our hop key; tokens for feeds

Flags
  --env-file <file>  lines NAME=value, as for systemd and for node --env-file
  --language zh|en   default: that of LANG
  --json             the findings as JSON: program, faults, warnings, findings (level, code, about, text, act)
  --help             this text

Exit code
  0 no fault (warnings may be there)   1 at least one fault   2 wrong usage

Examples
  npm run -s doctor
  npm run -s doctor -- guangxi --env-file /etc/corridor/guangxi.env
  corridor doctor gateway --json
`;

function languageOfEnvironment(env: Readonly<Record<string, string | undefined>>): Language {
  const set = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value !== undefined && value !== '');
  return set !== undefined && /^zh/i.test(set) ? 'zh' : 'en';
}

function wrong(because: string): { readonly is: 'wrong'; readonly because: string } {
  return { is: 'wrong', because };
}
