/** To the document before and the one after, by press or by Alt and an arrow. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect } from 'react';
import type { Document } from '@/shared/api/client';
import { buttonClass } from '@/shared/ui/Button';
import { neighboursQuery } from './neighbours';

export function NeighbourLinks({ documentId }: { documentId: string }) {
  const origin = useSearch({ from: '/documents/$documentId' });
  const { data } = useQuery(neighboursQuery(documentId, origin));
  const navigate = useNavigate();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = { ArrowLeft: data?.before, ArrowRight: data?.after }[event.key];
      if (!event.altKey || !target || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      void navigate({ to: '/documents/$documentId', params: { documentId: target.id }, search: origin });
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [data, navigate, origin]);
  return (
    <>
      <Neighbour label="Document before" to={data?.before} icon={<ChevronLeft aria-hidden />} />
      <Neighbour label="Document after" to={data?.after} icon={<ChevronRight aria-hidden />} />
    </>
  );
}

function Neighbour({ label, to, icon }: { label: string; to: Document | null | undefined; icon: React.ReactNode }) {
  const origin = useSearch({ from: '/documents/$documentId' });
  if (!to) return null;
  return (
    <Link to="/documents/$documentId" params={{ documentId: to.id }} search={origin} className={`${buttonClass('quiet')}`} aria-label={`${label}: ${to.file_name}`} title={`${label}: ${to.file_name}`}>
      {icon}
    </Link>
  );
}
