import { endProcess } from './child.ts';
import { askSupervisor, type ControlRequest } from './control.ts';
import { dataFolder } from './data-folder.ts';
import { programNames } from './programs.ts';
import { isSupervised, leftovers, readState } from './state.ts';

/** What came of it: what to tell, and whether it was done. */
export type Switched = { readonly done: boolean; readonly text: string };

/** Stops or starts one program of the running corridor through its supervisor, which knows the process by pid and start time. */
export async function switchProgram(action: ControlRequest['action'], name: string | undefined, root: string): Promise<Switched> {
  const usage = `Which one? One of: ${programNames.join(' ')}`;
  if (name === undefined || !programNames.includes(name)) return { done: false, text: usage };
  const folder = dataFolder(root);
  const state = readState(folder.state);
  if (state === undefined || !isSupervised(state)) {
    const left = state === undefined ? undefined : leftovers(state).find((program) => program.name === name);
    if (action === 'stop' && left !== undefined) {
      await endProcess(left.process, 10_000);
      return { done: true, text: `${name} is stopped; its supervisor had ended before` };
    }
    return { done: false, text: 'The corridor does not run. Start it: npm start' };
  }
  const before = state.programs[name];
  if (action === 'stop' && before?.process === null) return { done: true, text: `${name} was stopped already` };
  if (action === 'start' && before?.process !== null) return { done: true, text: `${name} runs already` };
  const fault = await askSupervisor(folder.control, { action, program: name }, () => isSupervised(state));
  if (fault !== null) return { done: false, text: fault };
  const process = action === 'stop' ? before?.process : readState(folder.state)?.programs[name]?.process;
  return { done: true, text: `${name} is ${action === 'stop' ? 'stopped' : 'up'} (process ${process?.pid ?? '?'})` };
}
