import { useConsole } from '../../store/ConsoleContext.tsx';
import { HostKeyPrompt } from './HostKeyPrompt.tsx';
import { SecretPrompt } from './SecretPrompt.tsx';

/** The oldest open question, one at a time; the next follows when it is answered. */
export function PromptDialog() {
  const prompt = useConsole((state) => state.prompts[0]);
  const waiting = useConsole((state) => Math.max(0, state.prompts.length - 1));
  if (prompt === undefined) return null;
  return prompt.kind === 'host-key' ? (
    <HostKeyPrompt key={prompt.id} prompt={prompt} waiting={waiting} />
  ) : (
    <SecretPrompt key={prompt.id} prompt={prompt} waiting={waiting} />
  );
}
