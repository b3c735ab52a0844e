import type { PromptAnswer } from '../../../contract/inventory.ts';
import { useAction } from '../../components/useAction.ts';
import { useCall } from '../../store/ConsoleContext.tsx';

/** Sends the answer; the dialog goes away when the core says that the prompt is closed. */
export function usePromptAnswer(promptId: string) {
  const call = useCall();
  return useAction((answer: PromptAnswer) => call('prompts.answer', { promptId, answer }));
}
