import type { Language } from '@corridor/schemas';

/** How much a finding matters: nothing to do, something to look at, or a program that does not start or does not serve. */
export type Level = 'ok' | 'warning' | 'fault';

/** What was found: a row of the table, and what stands in the place of `{0}`, `{1}` … in its words. Never a secret. */
export type Finding = { readonly code: FindingCode; readonly about: readonly string[] };

type Row = { readonly level: Level; readonly en: string; readonly zh: string; readonly act?: { readonly en: string; readonly zh: string } };

/** Every finding, in the words an administrator reads, and the first thing to do. */
export const findingTable = {
  NODE_FITS: ok('Node {0}', 'Node {0}'),
  NODE_TOO_OLD: fault('Node {0} is too old', 'Node {0} 版本过低', 'Install Node 20.19 or later', '请安装 Node 20.19 或更高版本'),
  DISK_ENOUGH: ok('{1} free where {0} lies', '{0} 所在磁盘剩余 {1}'),
  DISK_LOW: warning(
    'Only {1} free where {0} lies',
    '{0} 所在磁盘仅剩 {1}',
    'Make room: a full disk stops every answer, since none goes out unrecorded',
    '请清理磁盘：磁盘写满后访问无法记录，所有应答都会停止',
  ),
  DISK_FULL: fault(
    '{0} lies on a disk that is full: {1} free',
    '{0} 所在磁盘已满：剩余 {1}',
    'Make room; the program goes on by itself',
    '请清理磁盘；清理后程序自行恢复',
  ),
  PORT_FREE: ok('Port {0} is free', '端口 {0} 空闲'),
  PORT_OURS: ok('Port {0}: {1} runs', '端口 {0}：{1} 正在运行'),
  PORT_TAKEN: fault(
    'Port {0} is taken by another program',
    '端口 {0} 已被其他程序占用',
    'Set {1} to a free port, or end the other program',
    '请将 {1} 设为空闲端口，或停止占用该端口的程序',
  ),
  PORT_EPHEMERAL: warning(
    'Port {0} lies among those the system gives to outgoing connections',
    '端口 {0} 处于系统分配给外连的端口范围',
    'Set {1} below 32768, else the start fails at random',
    '请将 {1} 设为 32768 以下，否则可能随机启动失败',
  ),
  VARIABLE_MISSING: fault('{0} is not set', '未设置 {0}', 'Set it in the program’s environment', '请在程序的环境变量中设置'),
  VARIABLE_WRONG: fault(
    '{0} cannot be read: {1}',
    '{0} 无法识别：{1}',
    'Correct it in the program’s environment',
    '请在程序的环境变量中更正',
  ),
  SECRET_IN_ENVIRONMENT: warning(
    '{0} holds a password',
    '{0} 中含有密码',
    'Put the password into a file and name it in DATABASE_PASSWORD_FILE: an environment is seen by others',
    '请将密码放入文件并用 DATABASE_PASSWORD_FILE 指定：环境变量可被他人看到',
  ),
  FILE_FITS: ok('{0}: {1}', '{0}：{1}'),
  FILE_MISSING: fault('{0}: {1} does not exist', '{0}：{1} 不存在', 'Put the file there, or correct {0}', '请放入该文件，或更正 {0}'),
  FILE_UNREADABLE: fault(
    '{0}: {1} cannot be read by this user',
    '{0}：当前用户无法读取 {1}',
    'Give the program’s user the right to read it',
    '请授予程序运行用户读取权限',
  ),
  FILE_OPEN: fault(
    '{0}: {1} is a secret that others can read (mode {2})',
    '{0}：{1} 是密钥，但他人可读（权限 {2}）',
    'chmod 600 {1}; then make a new secret: somebody may have read this one',
    '请执行 chmod 600 {1}；并更换密钥，旧密钥可能已被读取',
  ),
  FILE_FORM: fault('{0}: {1}', '{0}：{1}', 'Correct the file; the program does not start with it', '请更正该文件，否则程序无法启动'),
  KEY_PAIR_FITS: ok('{0}: private and public half belong together', '{0}：私钥与公钥匹配'),
  KEY_PAIR_BROKEN: fault(
    '{0}: private and public half do not belong together',
    '{0}：私钥与公钥不匹配',
    'Make the pair anew and hand its public half to the others',
    '请重新生成密钥对，并将公钥交给对方',
  ),
  HOP_KEY_STRANGE: fault(
    '{0}: the key {1} is not one between {2}',
    '{0}：密钥 {1} 不属于 {2}',
    'Ask the counterpart for the file made for this pair',
    '请向对方索取为双方生成的密钥文件',
  ),
  HOP_GATEWAY_UNKNOWN: fault(
    '{0} has a key of gateway {1}, GATEWAYS_FILE does not know it',
    '{0} 含网关 {1} 的密钥，但 GATEWAYS_FILE 中没有该网关',
    'Add the gateway’s public key to GATEWAYS_FILE',
    '请将该网关的公钥加入 GATEWAYS_FILE',
  ),
  CERTIFICATE_FITS: ok('{0}: good until {1}', '{0}：有效期至 {1}'),
  CERTIFICATE_STRANGE: fault(
    '{0}: the key of TLS_KEY_FILE belongs to another certificate',
    '{0}：TLS_KEY_FILE 的私钥与该证书不匹配',
    'Install certificate and key of one order',
    '请安装同一次签发的证书与私钥',
  ),
  CERTIFICATE_SOON: warning('{0}: ends on {1}', '{0}：将于 {1} 到期', 'Renew it', '请续期'),
  CERTIFICATE_OVER: fault('{0}: ended on {1}', '{0}：已于 {1} 到期', 'Renew it', '请续期'),
  RELEASE_FITS: ok('{0}: release {1}, signed by {2}', '{0}：第 {1} 版，签名者 {2}'),
  RELEASE_REFUSED: fault(
    '{0}: {1}',
    '{0}：{1}',
    'Get the release again from its publisher; do not start with it',
    '请向发布方重新获取该版本；不要使用它启动',
  ),
  DATABASE_EMBEDDED: ok('Embedded database in {0}', '内嵌数据库位于 {0}'),
  DATABASE_EMBEDDED_IN_PRODUCTION: warning(
    'Embedded database in {0}, in production',
    '生产环境使用内嵌数据库（{0}）',
    'Set DATABASE_URL: a power cut may cost the embedded one what it acknowledged',
    '请设置 DATABASE_URL：断电时内嵌数据库可能丢失已确认的数据',
  ),
  DATABASE_ANSWERS: ok('Database answers: PostgreSQL {0} as {1}', '数据库可用：PostgreSQL {0}，角色 {1}'),
  DATABASE_UNREACHABLE: fault(
    'The database does not let us in: {0}',
    '无法连接数据库：{0}',
    'Look whether the server runs, the role may log in and the password is right',
    '请检查服务器是否运行、角色能否登录、密码是否正确',
  ),
  DATABASE_TOO_OLD: fault('PostgreSQL {0} is too old', 'PostgreSQL {0} 版本过低', 'Use 15 or later', '请使用 15 或更高版本'),
  DATABASE_OF_ANOTHER_OWNER: fault(
    'The database belongs to {0}, not to {1}',
    '该数据库属于 {0}，而非 {1}',
    'Correct the database URL: nothing was written',
    '请更正数据库地址；尚未写入任何内容',
  ),
  MIGRATIONS_DONE: ok('No migration is missing', '数据库结构为最新'),
  MIGRATIONS_PENDING: fault(
    '{0} migrations are missing, the first {1}',
    '缺少 {0} 个结构变更，首个为 {1}',
    'Run the migration step with the role that owns the tables',
    '请以表的所有者角色执行结构变更步骤',
  ),
  MIGRATIONS_AT_START: warning(
    '{0} migrations are missing; the program applies them when it starts',
    '缺少 {0} 个结构变更，程序启动时自动执行',
    'Make a backup first',
    '请先备份',
  ),
  MIGRATIONS_REFUSED: fault(
    'The migrations cannot be told or will not go through: {0}',
    '结构变更状态异常：{0}',
    'See docs/errors.md',
    '请参阅 docs/errors.md',
  ),
  ROLE_FITS: ok('Role {0} can change neither tables nor the access log', '角色 {0} 无权更改表结构与访问日志'),
  ROLE_TOO_STRONG: warning(
    'Role {0} can change tables or the access log',
    '角色 {0} 可更改表结构或访问日志',
    'Run the program as a role of its own (migration step, runtime role); production refuses this one',
    '请使用独立的运行角色；生产环境拒绝此角色',
  ),
  ROLE_TOO_STRONG_IN_PRODUCTION: fault(
    'Role {0} can change tables or the access log',
    '角色 {0} 可更改表结构或访问日志',
    'Run the program as the runtime role that the migration step gives its rights to',
    '请使用结构变更步骤所授权的运行角色',
  ),
  ISSUER_ANSWERS: ok('Issuer {0}: {1} keys', '签发方 {0}：{1} 个密钥'),
  ISSUER_UNREACHABLE: fault(
    'Issuer {0}: its key set cannot be had ({1})',
    '签发方 {0}：无法取得密钥集（{1}）',
    'Try the address from this machine: a proxy, a firewall, a certificate. Its callers are refused meanwhile',
    '请在本机测试该地址（代理、防火墙、证书）；在此期间其调用方会被拒绝',
  ),
  CLOCK_FITS: ok('Clock agrees with {0}', '时钟与 {0} 一致'),
  CLOCK_OFF: warning(
    'Clock differs from {0} by {1} s',
    '时钟与 {0} 相差 {1} 秒',
    'Let the machine keep its time by NTP',
    '请启用 NTP 校时',
  ),
  CLOCK_WRONG: fault(
    'Clock differs from {0} by {1} s: tokens and signed hops are refused',
    '时钟与 {0} 相差 {1} 秒：令牌与签名会被拒绝',
    'Set the clock, and let the machine keep its time by NTP',
    '请校正时钟并启用 NTP',
  ),
  OWNER_ANSWERS: ok('{0} answers at {1}', '{0} 在 {1} 可用'),
  OWNER_UNREACHABLE: warning(
    '{0} does not answer at {1} ({2})',
    '{0} 在 {1} 无应答（{2}）',
    'Its part of every answer is missing meanwhile; tell its operators',
    '在此期间应答缺少其部分；请通知其运维人员',
  ),
  HOP_ACCEPTED: ok('{0} accepts our hop key and our passports', '{0} 接受我方跳签密钥与通行凭证'),
  HOP_REFUSED: fault(
    '{0} refuses our hop key or our passports',
    '{0} 拒绝我方跳签密钥或通行凭证',
    'Compare with {0}: hop key file, this gateway’s public key in its GATEWAYS_FILE, its AUTHORITY, both clocks',
    '请与 {0} 核对：跳签密钥文件、其 GATEWAYS_FILE 中我方公钥、AUTHORITY 及双方时钟',
  ),
  FEED_TOKEN_FITS: ok('A token for the feed of {0} was given', '已取得 {0} 变更流的令牌'),
  FEED_TOKEN_REFUSED: fault(
    'No token for the feed of {0}: {1}',
    '无法取得 {0} 变更流的令牌：{1}',
    'Compare client id and client secret with the issuer',
    '请与签发方核对客户端标识与密钥',
  ),
  PROGRAM_READY: ok('{0} is ready', '{0} 就绪'),
  PROGRAM_AWAY: fault(
    '{0} does not answer at {1}',
    '{0} 在 {1} 无应答',
    'npm run -s start-party -- {0}, or look at its log in .data/logs',
    '请执行 npm run -s start-party -- {0}，或查看 .data/logs 中的日志',
  ),
  PROGRAM_NOT_READY: fault('{0} is not ready: {1}', '{0} 未就绪：{1}', 'Look at its log', '请查看其日志'),
} as const satisfies Record<string, Row>;

/** Code of a finding: what a script looks at. */
export type FindingCode = keyof typeof findingTable;

/** A finding in words. */
export type Told = { readonly level: Level; readonly text: string; readonly act?: string };

/** Makes a finding. */
export function found(code: FindingCode, ...about: readonly string[]): Finding {
  return { code, about };
}

/** Its words in a language. */
export function tell({ code, about }: Finding, language: Language): Told {
  const row: Row = findingTable[code];
  const fill = (text: string): string => text.replaceAll(/\{(\d)\}/g, (_, place: string) => about[Number(place)] ?? '');
  return { level: row.level, text: fill(row[language]), ...(row.act !== undefined && { act: fill(row.act[language]) }) };
}

function ok(en: string, zh: string): Row & { level: 'ok' } {
  return { level: 'ok', en, zh };
}

function warning(en: string, zh: string, actEn: string, actZh: string): Row & { level: 'warning' } {
  return { level: 'warning', en, zh, act: { en: actEn, zh: actZh } };
}

function fault(en: string, zh: string, actEn: string, actZh: string): Row & { level: 'fault' } {
  return { level: 'fault', en, zh, act: { en: actEn, zh: actZh } };
}
