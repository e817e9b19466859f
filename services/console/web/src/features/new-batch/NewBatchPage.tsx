/** A new batch in three steps: files, prompts, review. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Lock } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ServicesIngestUsageUsage as Usage } from '@/shared/api/client';
import { capital } from '@/shared/format/numbers';
import { buttonClass } from '@/shared/ui/Button';
import { Card, Page } from '@/shared/ui/Page';
import { Empty, Failed, Loading } from '@/shared/ui/states';
import { openBatchQuery, usageQuery } from './api';
import { type Draft, keepDraft, keptDraft, promptProblem } from './draft';
import { FilesStep } from './FilesStep';
import css from './NewBatch.module.css';
import { PromptsStep } from './PromptsStep';
import { ReviewStep } from './ReviewStep';
import { STEPS, type Step, StepBar } from './StepBar';
import { useUploads } from './useUploads';
import { WizardFoot } from './WizardFoot';

export function NewBatchPage() {
  const usage = useQuery(usageQuery);
  if (usage.isError) return <Failed error={usage.error} onRetry={() => usage.refetch()} />;
  if (!usage.data) return <Loading rows={8} />;
  if (!usage.data.batches_allowed) {
    return (
      <Page title="New batch">
        <Card>
          <Empty icon={Lock} title={`The plan ${capital(usage.data.plan)} has no batches`}>
            <p className="quiet">
              Documents can be handed in one by one by the API. Whoever runs this IngestIO can change the plan:{' '}
              <code>ingestio tenants set-plan</code>.
            </p>
            <Link to="/usage" className={buttonClass('plain')}>
              See what the plan allows
            </Link>
          </Empty>
        </Card>
      </Page>
    );
  }
  return <Wizard usage={usage.data} />;
}

function Wizard({ usage }: { usage: Usage }) {
  const { batch } = useSearch({ from: '/batches/new' });
  const navigate = useNavigate({ from: '/batches/new' });
  const [step, setStep] = useState<Step>('files');
  const [draft, setDraft] = useState<Draft>(() => keptDraft(batch));
  const limits = useMemo(() => ({ filesPerBatch: usage.files_per_batch }), [usage.files_per_batch]);
  const mine = useRef<string>(undefined);
  const onOpened = useCallback(
    (id: string) => {
      mine.current = id;
      void navigate({ search: { batch: id }, replace: true });
    },
    [navigate],
  );
  const uploads = useUploads({ batchId: batch, draft, limits, onOpened });
  const { takeUp } = uploads;
  const earlier = useQuery({ ...openBatchQuery(batch ?? ''), enabled: batch !== undefined && mine.current !== batch });
  useEffect(() => {
    if (earlier.data) takeUp(earlier.data);
  }, [earlier.data, takeUp]);
  useEffect(() => keepDraft(batch, draft), [batch, draft]);

  const go = useCallback((to: Step) => {
    setStep(to);
    window.scrollTo(0, 0);
  }, []);
  const change = useCallback((part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part })), []);
  const complete = uploads.items.filter((item) => item.state === 'complete');
  const problems: Record<Step, string | undefined> = {
    files: uploads.items.length ? undefined : 'Add at least one file.',
    prompts: promptProblem(
      draft,
      uploads.items.map((item) => item.position),
    ),
    review: complete.length && complete.length === uploads.items.length ? undefined : `${complete.length} of ${uploads.items.length} files are there.`,
  };
  const reachable = (name: Step) => STEPS.slice(0, STEPS.indexOf(name)).every((before) => !problems[before]);

  if (earlier.isError) return <Failed error={earlier.error} onRetry={() => navigate({ search: {}, replace: true })} />;
  return (
    <Page title="New batch" about="Files go up while you write the prompts; nothing is read or charged before you submit.">
      <StepBar step={step} reachable={reachable} onGo={go} />
      <div className={css.step}>
        {step === 'files' && <FilesStep uploads={uploads} draft={draft} usage={usage} onChange={change} />}
        {step === 'prompts' && <PromptsStep items={uploads.items} draft={draft} batchId={batch} onChange={change} />}
        {step === 'review' && batch && <ReviewStep batchId={batch} items={uploads.items} draft={draft} usage={usage} onStep={go} />}
      </div>
      <WizardFoot step={step} batchId={batch} draft={draft} items={uploads.items} problem={problems[step]} queue={uploads.queue} onStep={go} />
    </Page>
  );
}
