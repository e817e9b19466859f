/** Back, next, submit, and giving it up; what is missing stands beside the button that waits for it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { keys } from '@/shared/api/keys';
import { counted } from '@/shared/format/numbers';
import { Button } from '@/shared/ui/Button';
import { useConfirm } from '@/shared/ui/confirm';
import { useToasts } from '@/shared/ui/toasts';
import { changeOpenBatch, giveUp, submitBatch } from './api';
import { asWish, type Draft, forgetDraft } from './draft';
import { expected } from './intake';
import css from './NewBatch.module.css';
import { STEPS, type Step } from './StepBar';
import type { Item, UploadQueue } from './uploadQueue';

type Props = {
  step: Step;
  batchId: string | undefined;
  draft: Draft;
  items: readonly Item[];
  problem: string | undefined;
  queue: UploadQueue;
  onStep: (step: Step) => void;
};

export function WizardFoot({ step, batchId, draft, items, problem, queue, onStep }: Props) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const tell = useToasts();
  const confirm = useConfirm();
  const at = STEPS.indexOf(step);
  const next = STEPS[at + 1];
  const back = STEPS[at - 1];

  const submit = useMutation({
    mutationFn: async (id: string) => {
      await changeOpenBatch(id, { ...asWish(draft), files: expected(items) });
      return submitBatch(id);
    },
    onSuccess: async (accepted, id) => {
      forgetDraft();
      tell.done(`Submitted: ${counted(items.length, 'file')} on the way.`);
      await queryClient.invalidateQueries({ queryKey: keys.batches });
      await navigate({ to: '/batches/$batchId', params: { batchId: id } });
      return accepted;
    },
    onError: tell.failed,
  });
  const cancel = async () => {
    const question = { title: 'Give this batch up?', text: 'The files that are uploaded already are deleted.', action: 'Give it up', danger: true };
    if (batchId && !(await confirm(question))) return;
    await queue.close();
    if (batchId) await giveUp(batchId).catch(tell.failed);
    forgetDraft();
    await navigate({ to: '/batches' });
  };

  return (
    <div className={css.foot}>
      <Button look="quiet" className={css.first} onClick={cancel}>
        Cancel
      </Button>
      {problem && <p>{problem}</p>}
      {back && <Button onClick={() => onStep(back)}>Back</Button>}
      {next ? (
        <Button look="primary" disabled={Boolean(problem)} onClick={() => onStep(next)}>
          Next: {next}
        </Button>
      ) : (
        <Button look="primary" disabled={Boolean(problem) || !batchId} busy={submit.isPending} onClick={() => batchId && submit.mutate(batchId)}>
          Submit the batch
        </Button>
      )}
    </div>
  );
}
