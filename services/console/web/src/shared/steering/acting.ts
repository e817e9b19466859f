/** Acts on one thing of a list: told when done, the list read anew; what is removed can be taken back for a few seconds. */
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { useHiding } from '@/shared/leaving';
import { useConfirm } from '@/shared/ui/confirm';
import { useToasts } from '@/shared/ui/toasts';

type Removal = {
  id: string;
  question: { title: string; text: string; action: string };
  done: string;
  /** `keepalive`: the request may outlive the page. */
  remove: (how: { keepalive: boolean }) => Promise<unknown>;
};

export function useActing(queryKey: QueryKey) {
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const tell = useToasts();
  const { hide, show } = useHiding();
  const fresh = () => queryClient.invalidateQueries({ queryKey });
  const acting = useMutation({
    mutationFn: ({ run }: { run: () => Promise<unknown>; done: string }) => run(),
    onSuccess: (_, { done }) => {
      tell.done(done);
      return fresh();
    },
    onError: tell.failed,
  });
  const removeLater = async ({ id, question, done, remove }: Removal): Promise<void> => {
    if (!(await confirm({ ...question, text: `${question.text} You can take it back for a few seconds.`, danger: true }))) return;
    hide([id]);
    const back = () => show([id]);
    const now = () =>
      remove({ keepalive: true }).then(fresh, (error) => {
        back();
        tell.failed(error);
      });
    tell.undoable(done, () => void now(), back);
  };
  return { act: (run: () => Promise<unknown>, done: string) => acting.mutate({ run, done }), removeLater };
}
