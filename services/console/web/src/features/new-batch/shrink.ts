/** Makes large photos smaller before they are sent: no wider or higher than what reading needs. */
const LONGEST_SIDE = 3_500;
const WORTH_IT_BYTES = 3_000_000;

/** The same file when it is no large photo, or would not become smaller. */
export async function shrunk(file: File): Promise<File> {
  if (!file.type.startsWith('image/') || file.size < WORTH_IT_BYTES) return file;
  const whole = await createImageBitmap(file);
  const factor = LONGEST_SIDE / Math.max(whole.width, whole.height);
  if (factor >= 1) return file;
  const canvas = new OffscreenCanvas(Math.round(whole.width * factor), Math.round(whole.height * factor));
  canvas.getContext('2d')?.drawImage(whole, 0, 0, canvas.width, canvas.height);
  whole.close();
  const small = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.88 });
  return small.size < file.size ? new File([small], file.name, { type: small.type, lastModified: file.lastModified }) : file;
}
