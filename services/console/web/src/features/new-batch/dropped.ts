/** The files of a drop, those in folders too, each with its path. */
export async function filesOf(data: DataTransfer): Promise<File[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found = await Promise.all(entries.map(walk));
  return found.flat();
}

async function walk(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) return [withPath(await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed)), entry.fullPath)];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: File[] = [];
  // A folder is read in portions until one comes back empty.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (!portion.length) return found;
    found.push(...(await Promise.all(portion.map(walk))).flat());
  }
}

function withPath(file: File, fullPath: string): File {
  Object.defineProperty(file, 'webkitRelativePath', { value: fullPath.replace(/^\//, '') });
  return file;
}
