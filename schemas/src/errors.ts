/**
 * The one table of errors. The **code** is the contract; the message is for people and may change.
 *
 * Three kinds, never mixed: the caller's fault (`blame: 'caller'`), the counterpart's (`'counterpart'`, the message names the party) and ours
 * (`'ours'`, answered with a correlation id only). `docs/errors.md` is generated from here. The file is long because it is data.
 */
import type { Language } from './localized.ts';

/** One row: whose fault, the HTTP status a whole request gets, whether repeating helps, and the words. */
export type ErrorEntry = {
  readonly blame: 'caller' | 'counterpart' | 'ours';
  /** Status of a request refused with this code; 200 where the code stands inside a partial answer. */
  readonly status: number;
  readonly retryable: boolean;
  /** Where the code appears: a graph or feed answer, a finding of ingest, a program that refuses to start, a supergraph release that is refused. */
  readonly where: 'request' | 'answer' | 'finding' | 'start' | 'release';
  readonly zh: string;
  readonly en: string;
  /** What the reader of the code should do. */
  readonly act: { readonly zh: string; readonly en: string };
};

const newToken = { zh: '请获取新令牌后重试', en: 'Get a new token, then repeat' };
const correct = { zh: '请更正后重新提交', en: 'Correct it and send it again' };
const none = { zh: '记录已保留，无需处理', en: 'Nothing: the record is kept' };
const later = { zh: '请稍后重试', en: 'Repeat later' };
const signAnew = { zh: '请用 release sign 重新签发', en: 'Make it anew with release sign' };
const correctSdl = { zh: '请更正 SDL 后重新发布', en: 'Correct the SDL and publish anew' };

export const errors = {
  // --- a request, refused as a whole
  UNAUTHENTICATED: entry('caller', 401, false, 'request', '令牌无效', 'The token is not valid', newToken),
  TOKEN_EXPIRED: entry('caller', 401, false, 'request', '令牌已过期', 'The token has expired', newToken),
  TOKEN_NOT_YET_VALID: entry('caller', 401, false, 'request', '令牌尚未生效', 'The token is not valid yet', newToken),
  PURPOSE_NOT_ALLOWED: entry('caller', 403, false, 'request', '令牌不含所声明的用途', 'The token does not hold the purpose stated', {
    zh: '请使用令牌 purposes 中的用途',
    en: 'State one of the purposes of the token',
  }),
  ROLE_MISSING: entry('caller', 403, false, 'request', '令牌缺少该入口所需的角色', 'The token lacks the role this route asks for', {
    zh: '请向数据所属方申请该角色',
    en: 'Ask the owner for the role',
  }),
  OWNER_STAFF_ONLY: entry('caller', 403, false, 'request', '该入口仅供数据所属方人员使用', "This endpoint is for the owner's own staff", {
    zh: '请通过网关查询',
    en: 'Ask through the gateway',
  }),
  SOURCE_NOT_REGISTERED: entry(
    'caller',
    403,
    false,
    'request',
    '该数据源未登记此报文格式',
    'The source is not registered for this format',
    {
      zh: '请在数据所属方登记数据源',
      en: 'Have the owner register the source',
    },
  ),
  ISSUER_UNAVAILABLE: entry('counterpart', 503, true, 'request', '暂时无法核验令牌', 'No key to check the token with at the moment', later),
  GRAPHQL_PARSE_FAILED: entry('caller', 400, false, 'request', 'GraphQL 文档语法错误', 'The document is not GraphQL', correct),
  GRAPHQL_VALIDATION_FAILED: entry(
    'caller',
    400,
    false,
    'request',
    'GraphQL 文档与模式不符',
    'The document does not fit the schema',
    correct,
  ),
  BAD_USER_INPUT: entry('caller', 400, false, 'request', '参数不可用', 'An argument cannot be used', correct),
  BAD_REQUEST: entry('caller', 400, false, 'request', '请求不可读', 'The request cannot be read', correct),
  NOT_FOUND: entry('caller', 404, false, 'request', '无此路径', 'There is no such path', correct),
  UNSUPPORTED_MEDIA_TYPE: entry('caller', 415, false, 'request', '不支持该内容类型', 'The content type is not taken here', correct),
  BODY_TOO_LARGE: entry('caller', 413, false, 'request', '请求正文过大', 'The body is larger than this route takes', {
    zh: '请拆分后提交',
    en: 'Split it',
  }),
  QUERY_TOO_LARGE: entry('caller', 400, false, 'request', '查询过大', 'The query is too large', { zh: '请缩小查询', en: 'Ask for less' }),
  COST_LIMIT: entry('caller', 400, false, 'request', '查询开销超限', 'The query costs too much', { zh: '请缩小查询', en: 'Ask for less' }),
  THROTTLED: entry('caller', 429, true, 'request', '本时段的查询额度已用完', 'The budget of this minute is spent', {
    zh: '请在 Retry-After 所示秒数后重试',
    en: 'Repeat after the seconds that Retry-After names',
  }),
  CURSOR_INVALID: entry('caller', 400, false, 'request', '游标无效', 'The cursor is not valid here', {
    zh: '请从第一页重新开始',
    en: 'Start from the first page',
  }),
  FEED_EPOCH_CHANGED: entry('caller', 410, false, 'request', '推送序列已重新开始', 'The feed has begun anew', {
    zh: '请从头读取',
    en: 'Read from the start',
  }),
  FEED_PAGE_INVALID: entry(
    'counterpart',
    502,
    true,
    'request',
    '数据所属方的推送内容不可读',
    'A page of the feed of an owner cannot be read',
    {
      zh: '请数据所属方的运维人员检查其推送',
      en: 'Have the operator of the owner look at its feed',
    },
  ),
  OVERLOADED: entry('ours', 503, true, 'request', '系统繁忙', 'Too many requests at the moment', later),
  NOT_READY: entry('ours', 503, true, 'request', '服务尚未就绪', 'The program is not ready', later),
  INTERNAL_SERVER_ERROR: entry('ours', 500, true, 'request', '内部错误', 'Something went wrong on our side', {
    zh: '请重试一次；如仍失败，请提供 correlationId',
    en: 'Repeat once; if it fails again, quote the correlationId',
  }),
  // --- inside a partial answer: the other parts are complete
  OWNER_TIMEOUT: entry('counterpart', 200, true, 'answer', '数据所属方未在时限内应答', 'The owner did not answer in time', later),
  OWNER_UNREACHABLE: entry('counterpart', 200, true, 'answer', '数据所属方暂时无法应答', 'The owner cannot answer now', later),
  AUDIT_UNAVAILABLE: entry(
    'counterpart',
    200,
    true,
    'answer',
    '数据所属方无法记录访问，故不应答',
    'The owner cannot record the read, so it does not answer',
    later,
  ),
  // --- findings of ingest
  MESSAGE_UNREADABLE: entry('caller', 422, false, 'finding', '报文无法读取', 'The message cannot be read', correct),
  CHARSET_MISMATCH: entry('caller', 200, false, 'finding', '字节与声明的字符集不符', 'Bytes contradict the declared character set', none),
  CHARACTER_NOT_STORABLE: entry('caller', 422, false, 'finding', '含有无法保存的字符', 'A character cannot be stored', correct),
  UNA_SHORT: entry('caller', 200, false, 'finding', 'UNA 段被截断', 'The UNA segment is cut short', none),
  SEGMENT_UNTERMINATED: entry('caller', 422, false, 'finding', '报文在段内结束', 'The input ends inside a segment', correct),
  SEGMENT_EMPTY: entry('caller', 200, false, 'finding', '空段', 'A segment is empty', none),
  SEGMENT_MISPLACED: entry('caller', 200, false, 'finding', '段出现在报文之外', 'A segment stands outside any message', none),
  SEGMENT_MISSING: entry('caller', 422, false, 'finding', '缺少必需的段', 'A segment that is needed is missing', correct),
  ELEMENT_MISSING: entry('caller', 422, false, 'finding', '缺少必需的数据元', 'An element that is needed is missing', correct),
  ENVELOPE_MISSING: entry('caller', 200, false, 'finding', '缺少交换信封', 'The interchange envelope is missing', none),
  ENVELOPE_COUNT: entry('caller', 200, false, 'finding', '信封计数不符', 'A count of the envelope differs', none),
  ENVELOPE_REFERENCE: entry('caller', 200, false, 'finding', '信封参考号不符', 'A reference of the envelope differs', none),
  LIMIT_EXCEEDED: entry('caller', 422, false, 'finding', '超出大小限制', 'A limit is exceeded', { zh: '请拆分后提交', en: 'Split it' }),
  SENDER_UNKNOWN: entry(
    'caller',
    422,
    false,
    'finding',
    '发送方并非该数据源所登记',
    'The sender is not the one this source is registered for',
    correct,
  ),
  MESSAGE_TYPE_UNSUPPORTED: entry('caller', 422, false, 'finding', '不支持该报文类型', 'The message type is not taken in', correct),
  MESSAGE_TYPE_NOT_ALLOWED: entry(
    'caller',
    422,
    false,
    'finding',
    '该数据源未登记发送此类报文',
    'The source is not registered for messages of this type',
    { zh: '请向数据所属方登记该报文类型', en: 'Ask the owner to register the message type' },
  ),
  ORDER_WITHOUT_EVENT: entry(
    'caller',
    200,
    false,
    'finding',
    '指令行未指明箱号或日期，不产生计划事件',
    'The order names no container or no date: no planned event follows from it',
    none,
  ),
  CODE_UNKNOWN: entry('caller', 200, false, 'finding', '代码不在代码表中', 'A code is not in the code list', none),
  DATE_TIME_INVALID: entry('caller', 422, false, 'finding', '日期时间无效', 'A date or time does not exist', correct),
  TIME_ZONE_UNKNOWN: entry(
    'caller',
    422,
    false,
    'finding',
    '时间未带时区，伙伴配置中亦无',
    'A time has no zone, nor has the partner profile',
    correct,
  ),
  EQUIPMENT_REFERENCE_FORM: entry(
    'caller',
    200,
    false,
    'finding',
    '箱号格式不符 ISO 6346',
    'The container number has not the form of ISO 6346',
    none,
  ),
  REGISTRATION_NUMBER_FORM: entry(
    'caller',
    200,
    false,
    'finding',
    '企业登记号格式不符',
    'The registration number of the organisation is malformed',
    none,
  ),
  REGISTRATION_NUMBER_CHECK_DIGIT: entry(
    'caller',
    200,
    false,
    'finding',
    '统一社会信用代码校验码不符',
    'The check digit of the unified social credit code is wrong',
    none,
  ),
  EQUIPMENT_REFERENCE_CHECK_DIGIT: entry(
    'caller',
    200,
    false,
    'finding',
    '箱号校验码不符',
    'The check digit of the container number is wrong',
    none,
  ),
  EQUIPMENT_REFERENCE_REMAINDER_TEN: entry(
    'caller',
    200,
    false,
    'finding',
    '箱号校验余数为 10（校验码记为 0），不建议使用',
    'The check digit 0 stands for remainder 10: valid, but discouraged',
    none,
  ),
  VESSEL_IMO_NUMBER_CHECK_DIGIT: entry(
    'caller',
    200,
    false,
    'finding',
    'IMO 编号校验码不符',
    'The check digit of the IMO number is wrong',
    none,
  ),
  LOCATION_UNKNOWN: entry('caller', 200, false, 'finding', '地点代码未登记', 'The place is not registered', none),
  LOCATION_WITHDRAWN: entry(
    'caller',
    200,
    false,
    'finding',
    '地点代码已撤销或常被误用',
    'The place code is withdrawn or a known mistake',
    none,
  ),
  FIELD_INVALID: entry('caller', 422, false, 'finding', '字段不符合格式', 'A field does not have the form expected', correct),
  ORGANISATION_UNKNOWN: entry(
    'caller',
    200,
    false,
    'finding',
    '企业未在所属方登记',
    'The organisation is not in the registry of the owner',
    none,
  ),
  PARTY_UNKNOWN: entry('caller', 422, false, 'finding', '参与方未登记', 'The party is not registered', correct),
  CONTROLLER_UNKNOWN: entry('caller', 422, false, 'finding', '主管单位未登记', 'The controller is not registered', correct),
  MESSAGE_DUPLICATE: entry('caller', 200, false, 'finding', '同一报文此前已生效', 'The same message took effect before', none),
  MESSAGE_REFERENCE_REUSED: entry(
    'caller',
    200,
    false,
    'finding',
    '参考号相同而内容不同',
    'The reference came before with other bytes',
    none,
  ),
  REVISION_SUPERSEDED: entry('caller', 200, false, 'finding', '已有更高修订版', 'A higher revision is already there', none),
  REVISION_CONFLICT: entry('caller', 422, false, 'finding', '同一修订号内容不同', 'The same revision came before with other content', {
    zh: '请以更高修订号提交',
    en: 'Send it with a higher revision',
  }),
  REPLACED_MESSAGE_NOT_FOUND: entry('caller', 200, false, 'finding', '未找到被更正的报文', 'The message to correct is not known', none),
  MESSAGE_CORRECTED_BEFORE: entry(
    'caller',
    200,
    false,
    'finding',
    '此前已收到对该报文的更正或撤销',
    'A replacement or cancellation of this message came before it',
    none,
  ),
  EVENT_NOT_LINKED: entry(
    'caller',
    200,
    false,
    'finding',
    '事件未关联到任何托运记录，仅所属方可见',
    'The event is linked to no consignment: only the owner sees it',
    none,
  ),
  // --- a program that refuses to start
  CONFIG_INVALID: entry('ours', 500, false, 'start', '配置无效', 'The configuration is not valid', correct),
  DATA_DIRECTORY_LOCKED: entry('ours', 500, false, 'start', '数据目录已被其他进程占用', 'Another process has the data directory open', {
    zh: '请先停止该进程',
    en: 'Stop that process first',
  }),
  DATA_DIRECTORY_VERSION: entry('ours', 500, false, 'start', '数据目录版本不符', 'The data directory was written by another version', {
    zh: '请备份后迁移，或重新开始',
    en: 'Move the data over, or start afresh',
  }),
  DATABASE_OF_ANOTHER_OWNER: entry('ours', 500, false, 'start', '数据库属于其他所属方', 'The database belongs to another owner', correct),
  DATABASE_ROLE_TOO_STRONG: entry(
    'ours',
    500,
    false,
    'start',
    '数据库角色权限过大，程序不得以其运行',
    'The database role has rights that the program must not have',
    { zh: '请使用运行角色，迁移角色只用于 migrate', en: 'Use the runtime role; the migrating role is for migrate alone' },
  ),
  DATABASE_UNREACHABLE: entry('ours', 500, false, 'start', '无法连接数据库', 'The database cannot be reached', later),
  MIGRATIONS_PENDING: entry('ours', 500, false, 'start', '数据库尚未迁移到本版本', 'The database lacks migrations of this release', {
    zh: '请先以迁移角色执行 migrate',
    en: 'Run migrate with the migrating role first',
  }),
  MIGRATION_EDITED: entry('ours', 500, false, 'start', '已执行的迁移被改动', 'A migration was edited after it ran', correct),
  MIGRATION_FAILED: entry('ours', 500, false, 'start', '迁移失败', 'A migration failed', correct),
  PRODUCTION_REFUSED: entry(
    'ours',
    500,
    false,
    'start',
    '开发组件不得用于生产环境',
    'A development part refuses to run in production',
    correct,
  ),
  PORT_TAKEN: entry('ours', 500, false, 'start', '端口已被占用', 'The port is taken', {
    zh: '请更换 PORT_BASE',
    en: 'Choose another PORT_BASE',
  }),
  RELEASE_MISSING: entry('ours', 500, false, 'start', '没有可用的超图发布', 'There is no supergraph release to start from', {
    zh: '请发布一份已签名的超图',
    en: 'Publish a signed release',
  }),

  // --- a release of the supergraph that is refused: by the command that makes it, or by a gateway, which goes on with the one it has
  RELEASE_UNREADABLE: entry('counterpart', 500, false, 'release', '发布文件无法读取', 'The file is no release', signAnew),
  RELEASE_UNSIGNED: entry('counterpart', 500, false, 'release', '超图未签名', 'The supergraph is not signed', signAnew),
  RELEASE_KEY_UNKNOWN: entry('counterpart', 500, false, 'release', '签名密钥未登记', 'No key of that name is trusted here', {
    zh: '请用已登记的密钥签名，或先登记该密钥',
    en: 'Sign with a key that is trusted, or have this one registered first',
  }),
  RELEASE_SIGNATURE_INVALID: entry(
    'counterpart',
    500,
    false,
    'release',
    '签名与内容不符',
    'The signature is not that of this content',
    signAnew,
  ),
  RELEASE_REPLAYED: entry(
    'counterpart',
    500,
    false,
    'release',
    '版本不比已接受的新',
    'The version is not newer than the one accepted last',
    {
      zh: '请以更高版本重新发布',
      en: 'Publish it anew under a higher version',
    },
  ),
  RELEASE_PREDECESSOR: entry(
    'counterpart',
    500,
    false,
    'release',
    '所续的不是已接受的发布',
    'It does not follow the release accepted last',
    {
      zh: '请查明是否有两份发布同时签出，再重新发布',
      en: 'Find out whether two were made side by side, then publish anew',
    },
  ),
  RELEASE_SCHEMA: entry(
    'counterpart',
    500,
    false,
    'release',
    '内容不是可用的联邦超图',
    'What it holds is no supergraph that can be served',
    correctSdl,
  ),
  RELEASE_OWNER_UNKNOWN: entry('counterpart', 500, false, 'release', '所属方未登记', 'It names an owner that is not registered here', {
    zh: '请先登记该所属方的地址',
    en: 'Register the address of that owner first',
  }),
  RELEASE_OWNER_ADDRESS: entry(
    'counterpart',
    500,
    false,
    'release',
    '超图写有所属方地址',
    'It says where an owner answers; only a placeholder may stand there',
    correctSdl,
  ),
  RELEASE_OWNER_RULE: entry(
    'counterpart',
    500,
    false,
    'release',
    '一方定义了不属于自己的类型',
    'A party defines what is not its own',
    correctSdl,
  ),
  RELEASE_PROBE: entry('counterpart', 500, true, 'release', '登记的查询在新发布上失败', 'A trusted document fails on it', {
    zh: '请对照日志中的查询更正',
    en: 'Look up the document in the log and correct the schema, or the document',
  }),
  RELEASE_COMPOSITION: entry('counterpart', 500, false, 'release', '各方子图无法合成', 'The subgraphs do not compose', correctSdl),
  RELEASE_BREAKING: entry('counterpart', 500, false, 'release', '存在不兼容改动', 'It breaks what clients may use', {
    zh: '请按兼容方式改动；确已与使用方约定的，用 --accept breaking',
    en: 'Change it compatibly; agreed with those who use it: --accept breaking',
  }),
  RELEASE_DANGEROUS: entry('counterpart', 500, false, 'release', '存在有风险的改动', 'It changes what clients may rely on', {
    zh: '请告知使用方后，用 --accept dangerous',
    en: 'Announce it, then: --accept dangerous',
  }),
  RELEASE_NOT_KEPT: entry('ours', 500, true, 'release', '发布无法写入磁盘', 'It could not be kept on disk', {
    zh: '请清理磁盘空间；网关会自行重试',
    en: 'Make room on the disk; the gateway tries again by itself',
  }),
} as const satisfies Record<string, ErrorEntry>;

/** A code of the table. */
export type ErrorCode = keyof typeof errors;

/** Whether `text` is a code of the table. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errors, text);
}

/** The table's words for a code. */
export function errorText(code: ErrorCode, language: Language = 'en'): string {
  return errors[code][language];
}

/** What a `CorridorError` tells beside its code. Nothing in it may be secret: `detail` reaches the caller. */
export type ErrorDetail = {
  /** What exactly, which one, and what was expected; English, shown behind the table's words. */
  readonly detail?: string;
  /** Owner id of the counterpart, where the fault lies there. */
  readonly owner?: string;
  /** Seconds after which a repeat makes sense. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
};

/** A fault that has a code of the table: the caller's or a counterpart's. Ours are `invariant`s. */
export class CorridorError extends Error {
  override readonly name = 'CorridorError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly owner: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, what: ErrorDetail = {}) {
    super(
      what.detail === undefined ? errorText(code) : `${errorText(code)}: ${what.detail}`,
      what.cause === undefined ? undefined : { cause: what.cause },
    );
    this.code = code;
    this.detail = what.detail;
    this.owner = what.owner;
    this.retryAfterSeconds = what.retryAfterSeconds;
  }

  /** The message in one language: the table's words, then the detail. */
  text(language: Language): string {
    const words = errorText(this.code, language);
    return this.detail === undefined ? words : `${words}${language === 'zh' ? '：' : ': '}${this.detail}`;
  }
}

/** Our own mistake: never the caller's. Answered INTERNAL_SERVER_ERROR with a correlation id; the text goes to the log alone. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** States what must be so; `why` says why it cannot be otherwise. */
export function invariant(condition: unknown, why: string): asserts condition {
  if (!condition) throw new InvariantError(why);
}

function entry(
  blame: ErrorEntry['blame'],
  status: number,
  retryable: boolean,
  where: ErrorEntry['where'],
  zh: string,
  en: string,
  act: ErrorEntry['act'],
): ErrorEntry {
  return { blame, status, retryable, where, zh, en, act };
}
